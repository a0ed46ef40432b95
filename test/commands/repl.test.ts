import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { CTRL_C, CTRL_D, TAB, Terminal, UP } from '../support/pty.ts';
import { Workplace } from '../support/terminal.ts';

const HOME = '\u0001';
const SLOW = ['--set', 'providers.slow.kind=echo', '--set', 'providers.slow.delay_ms=10000'];
const SHOUT = `export default {
  name: 'shout',
  hooks: { 'after:inference': (subject) => { subject.text = subject.text.toUpperCase(); } },
};`;
const piped = (...lines: readonly string[]) => ({ stdin: `${lines.join('\n')}\n` });

/** Waits until the engine behind the conversation works on a prompt. */
async function oneInFlight(terminal: Terminal): Promise<void> {
  const url = /The web API is at (http:\/\/[\d.:]+)/.exec(terminal.transcript)![1]!;
  const inFlight = async (): Promise<number> => {
    const { totals } = (await (await fetch(`${url}/v1/snapshot`)).json()) as Snapshot;
    return totals.in_flight;
  };
  await expect.poll(inFlight, { timeout: 20_000 }).toBe(1);
}

describe('from a pipe', () => {
  test('each line is a prompt; only answers are printed', async () => {
    using place = new Workplace();
    expect(await place.run(['repl'], piped('first', '', 'second'))).toEqual({
      exit: 0,
      out: 'first\nsecond\n',
      err: '',
    });
  });

  test('slash commands work and speak on stderr', async () => {
    using place = new Workplace();
    const ran = await place.run(
      ['repl', '--system', 'Be brief.'],
      piped('/help', 'hello there', '/model big', '/usage', '/session other', '/session', '/exit', 'never sent'),
    );
    expect(ran).toMatchObject({ exit: 0, out: 'hello there\n' });
    expect(ran.err).toContain('/save <file>');
    expect(ran.err).toContain('model: echo/big');
    expect(ran.err).toMatch(/1 prompt, 1 answered, \d+ tokens in, 2 out \(estimated\)/);
    expect(ran.err).toContain('  main (2 messages)\n* other (0 messages)');
  });

  test('plugins of a trusted file run, and can be looked at and turned off and on', async () => {
    using place = new Workplace();
    place.write('shout.mjs', SHOUT);
    place.write('mine.toml', '[plugins]\nmodules = ["shout.mjs"]\nlatency_logger = true\n');
    const lines = [
      'one',
      '/plugins disable shout',
      'two',
      '/plugins enable shout',
      'three',
      '/plugins',
      '/plugins off',
    ];
    const ran = await place.run(['repl', '--config', 'mine.toml'], piped(...lines));
    expect(ran).toMatchObject({ exit: 1, out: 'ONE\ntwo\nTHREE\n' });
    expect(ran.err).toContain('shout (off) 1 calls, 0 refusals, 0 errors');
    expect(ran.err).toContain('shout (on) 2 calls');
    expect(ran.err).toContain('latency_logger (on) 6 calls');
    expect(ran.err).toContain('/plugins takes enable NAME or disable NAME.');
  });

  test('a conversation is remembered, up to its latest 20 messages, and can be forgotten and saved', async () => {
    using place = new Workplace();
    const prompts = Array.from({ length: 12 }, (_, at) => `prompt ${at}`);
    await place.run(['repl'], piped(...prompts, '/system Be brief.', '/save talk.json', '/clear', '/save empty.json'));
    const { messages, system } = JSON.parse(place.read('talk.json'));
    expect(messages).toHaveLength(20);
    expect([messages[0].content, messages.at(-1), system]).toEqual([
      'prompt 2',
      { role: 'assistant', content: 'prompt 11' },
      'Be brief.',
    ]);
    expect(JSON.parse(place.read('empty.json')).messages).toEqual([]);
    const again = await place.run(['repl'], piped('/save talk.json'));
    expect(again).toMatchObject({ exit: 1, err: expect.stringContaining('cannot be written') });
  });

  test('what was said before goes along with the next prompt', async () => {
    using place = new Workplace();
    // A failure leaves the whole request behind, for us to see what the model was asked.
    const flaky = ['--set', 'providers.flaky.kind=echo', '--set', 'providers.flaky.failure_rate=1'];
    const lines = ['/worker echo', 'one', '/worker flaky', 'two', '/dlq'];
    const ran = await place.run(['repl', ...flaky, '--system', 'configured'], piped('/system mine', ...lines));
    expect(ran).toMatchObject({ exit: 1, out: 'one\n' });
    expect(ran.err).toContain('1 dead letters');
    const { request } = JSON.parse((await place.run(['dlq', 'export'])).out);
    expect(request).toMatchObject({
      session: 'main',
      messages: [
        { role: 'system', content: 'mine' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'one' },
        { role: 'user', content: 'two' },
      ],
    });
  });

  test('a command that is not there, or cannot be, is told; the conversation goes on; exit 1', async () => {
    using place = new Workplace();
    const ran = await place.run(
      ['repl'],
      piped('/modle x', '/worker nobody', '/worker anthropic', '/session a/b', 'on'),
    );
    expect(ran).toMatchObject({ exit: 1, out: 'on\n' });
    expect(ran.err).toContain('did you mean /model?');
    expect(ran.err).toContain('There is no worker nobody');
    expect(ran.err).toContain('anthropic cannot answer');
    expect(ran.err).toContain('1 to 64 letters');
  });

  test('circuit breakers are shown, tripped and reset', async () => {
    using place = new Workplace();
    const lines = ['/breakers', '/breakers trip echo', 'refused', '/breakers', '/breakers reset', 'answered'];
    const ran = await place.run(['repl'], piped(...lines, '/breakers trip nobody', '/breakers fix'));
    expect(ran).toMatchObject({ exit: 1, out: 'answered\n' });
    expect(ran.err.match(/^echo: .*$/gm)).toEqual([
      'echo: closed',
      'echo: open, tripped by hand',
      'echo: open, tripped by hand',
      'echo: closed',
    ]);
    expect(ran.err).toContain('Provider echo is not asked for now (tripped by hand): until its breaker is reset.');
    expect(ran.err).toContain('No provider nobody has a breaker; those that have: echo.');
    expect(ran.err).toContain('/breakers takes nothing, reset');
  });

  test('SIGTERM ends it; what was in flight is a dead letter', async () => {
    using place = new Workplace();
    const running = place.run(['repl', ...SLOW], piped('never answered', 'never sent'));
    await expect.poll(() => place.listening).toBe(true);
    // By then the first line has been read and sent; the answer takes far longer.
    for (let turn = 0; turn < 100; turn++) await new Promise((next) => setImmediate(next));
    place.signal('SIGTERM');
    expect(await running).toMatchObject({ exit: 143, out: '' });
    const { out } = await place.run(['dlq', 'list', '--json']);
    expect(JSON.parse(out)).toMatchObject({ total: 1, by_reason: { interrupted: 1 } });
  });
});

describe('at a terminal', () => {
  test('a conversation: prompt, answer, completion, history, cancelling, Ctrl-D', { timeout: 60_000 }, async () => {
    using place = new Workplace();
    place.write('pipeline.toml', '[providers.slow]\nkind = "echo"\ndelay_ms = 60000\n');
    await using terminal = new Terminal(place, ['repl', '--worker', 'echo', '--port', '0']);
    await terminal.waitFor('The web API is at');
    await terminal.waitFor('slow/echo ›');
    terminal.type(`/wor${TAB}`);
    await terminal.waitFor('/worker');
    terminal.enter(' echo');
    await terminal.waitFor('echo/echo ›');
    terminal.enter('hello there');
    await terminal.waitFor('hello there\nhello there\n');
    await terminal.waitFor('0 waiting · 0 at work · p50 ');
    await terminal.waitFor('echo 1 ok 0 errors');
    await terminal.waitFor('echo/echo ›');
    terminal.resize(40, 10);
    terminal.type(UP);
    await terminal.waitFor('hello there');
    terminal.type('\r');
    await terminal.waitFor('\nhello there\n');
    terminal.enter('/worker slow');
    await terminal.waitFor('slow/echo ›');
    terminal.enter('this takes for ever');
    await terminal.waitFor('this takes for ever\n');
    await oneInFlight(terminal);
    terminal.type(CTRL_C);
    await terminal.waitFor('(cancelled)');
    await terminal.waitFor('slow/echo ›');
    terminal.type(CTRL_D);
    expect((await terminal.ended).exitCode).toBe(0);
    const history = join(place.path, 'home/.local/state/orchestrator/history');
    expect(readFileSync(history, 'utf8')).toContain('hello there\n');
    expect(statSync(history).mode & 0o777).toBe(0o600);
  });

  test('Ctrl-C twice at the prompt quits with 130; once only says so', { timeout: 30_000 }, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['repl']);
    await terminal.waitFor('echo/echo ›');
    // The cursor stands in the middle of it: all of it goes.
    terminal.type(`half a line${HOME}${CTRL_C}`);
    await terminal.waitFor('(Ctrl-C again quits, and so does Ctrl-D)');
    await terminal.waitFor('echo/echo ›');
    terminal.enter('still here');
    await terminal.waitFor('still here\nstill here\n');
    await terminal.waitFor('echo/echo ›');
    terminal.type(CTRL_C);
    await terminal.waitFor('again quits');
    terminal.type(CTRL_C);
    expect((await terminal.ended).exitCode).toBe(130);
  });

  test('the answer cannot steer the terminal', { timeout: 30_000 }, async () => {
    using place = new Workplace();
    const hostile = JSON.stringify('before \u001b]52;c;aGk=\u0007\u001b[2J after');
    place.write('pipeline.toml', `[stages.inference]\nmodel = "m"\n`);
    await using terminal = new Terminal(place, ['run', '--output', 'text', JSON.parse(hostile)]);
    await terminal.waitFor('after');
    await terminal.ended;
    expect(terminal.bytes).not.toContain('\u001b]52');
    expect(terminal.bytes).not.toContain('\u001b[2J');
  });
});

describe('the configuration while it runs', () => {
  test('a changed file is taken over with the difference told; an invalid one is not; what cannot change is named', {
    timeout: 60_000,
  }, async () => {
    using place = new Workplace();
    place.write('pipeline.toml', '[stages.inference]\nmodel = "small"\n');
    await using terminal = new Terminal(place, ['repl']);
    await terminal.waitFor('echo/small ›');
    place.write('pipeline.toml', '[stages.inference]\nmodel = "big"\n[stages.rag]\nchannel_capacity = 7\n');
    await terminal.waitFor('stages.inference.model: "small" → "big"');
    await terminal.waitFor('stages.rag.channel_capacity: 512 → 7 needs a restart');
    terminal.enter('hello');
    await terminal.waitFor('echo/big ›');
    terminal.type('half a line');
    await terminal.waitFor('half a line');
    place.write('pipeline.toml', '[stages.inference]\nmodle = "bigger"\n');
    await terminal.waitFor('the configuration stays as it was');
    // Told above the prompt, and what was typed stands behind it again.
    await terminal.waitFor('echo/big › half a line');
    terminal.type(CTRL_C);
    rmSync(join(place.path, 'pipeline.toml'));
    await terminal.waitFor('pipeline.toml is gone');
    place.write('pipeline.toml', '[stages.inference]\nmodel = "third"\n');
    await terminal.waitFor('"big" → "third"');
    // SIGHUP reads it again; nothing has changed, so nothing but the restart is left to say.
    terminal.kill('SIGHUP');
    terminal.enter('still here');
    await terminal.waitFor('echo/third ›');
    terminal.type(CTRL_D);
    expect((await terminal.ended).exitCode).toBe(0);
  });
});

test('what is told while an answer is on its way comes behind it', { timeout: 60_000 }, async () => {
  using place = new Workplace();
  const slow = (tokens: number) =>
    `[providers.slow]\nkind = "echo"\ndelay_ms = 3000\n[stages.inference]\nmax_tokens = ${tokens}\n`;
  place.write('pipeline.toml', slow(10));
  await using terminal = new Terminal(place, ['repl', '--no-web']);
  await terminal.waitFor('slow/echo ›');
  terminal.enter('takes its time');
  await terminal.waitFor('takes its time\n');
  place.write('pipeline.toml', slow(20));
  await terminal.waitFor('takes its time\n');
  await terminal.waitFor('1 ok 0 errors');
  await terminal.waitFor('max_tokens: 10 → 20');
  await terminal.waitFor('slow/echo ›');
  expect(terminal.transcript.split('max_tokens')).toHaveLength(2);
});

test('with standard input closed it says so', async () => {
  using place = new Workplace();
  const { Started } = await import('../support/started.ts');
  const run = new Started(place, ['repl'], 'out');
  expect(await run.ended).toEqual([2, null]);
  expect(run.told).toContain('standard input is closed');
});

test('a terminal that goes away leaves the request in flight as a dead letter', { timeout: 30_000 }, async () => {
  using place = new Workplace();
  await using terminal = new Terminal(place, ['repl', ...SLOW, '--port', '0']);
  await terminal.waitFor('The web API is at');
  await terminal.waitFor('slow/echo ›');
  terminal.enter('never answered');
  await terminal.waitFor('never answered\n');
  await oneInFlight(terminal);
  terminal.hangUp();
  await expect
    .poll(async () => JSON.parse((await place.run(['dlq', 'list', '--json'])).out).total, { timeout: 10_000 })
    .toBe(1);
});
