import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CTRL_C, CTRL_D, Terminal } from '../support/pty.ts';
import { Workplace } from '../support/terminal.ts';

const CANARY = 'sk-canary-0123456789abcdef';
const fileOf = (place: Workplace, name: string) => join(place.path, 'home/.config/orchestrator', name);
const read = (place: Workplace, name: string) => readFileSync(fileOf(place, name), 'utf8');
const modeOf = (place: Workplace, name: string) => statSync(fileOf(place, name)).mode & 0o777;

describe('by flags', () => {
  test('--yes alone is echo, tried and written for this user only', async () => {
    using place = new Workplace();
    const ran = await place.run(['setup-wizard', '--yes'], { stdin: '' });
    expect(ran).toMatchObject({ exit: 0, out: '' });
    expect(ran.err).toMatch(/^It works: echo\/echo answered in \d+ ms: Reply with one word: ready$/m);
    expect(read(place, 'pipeline.toml')).toContain('worker = "echo"');
    expect(modeOf(place, 'pipeline.toml')).toBe(0o600);
    expect((await place.run(['config', 'show', '--origin'])).out).toMatch(/worker = "echo" {2}# .*pipeline\.toml:\d/);
  });

  test('what is there is replaced only with --reset', async () => {
    using place = new Workplace();
    await place.run(['setup-wizard', '--yes'], { stdin: '' });
    const again = await place.run(['setup-wizard', '--yes', '--model', 'other'], { stdin: '' });
    expect(again).toMatchObject({ exit: 2, err: expect.stringContaining('--reset') });
    const reset = await place.run(['setup-wizard', '--yes', '--reset', '--model', 'other'], { stdin: '' });
    expect(reset.exit).toBe(0);
    expect(read(place, 'pipeline.toml')).toContain('model = "other"');
  });

  test('a key from a file goes to credentials.env beside other keys, 0600, and is never shown', async () => {
    using place = new Workplace();
    place.write('key.txt', `${CANARY}\n`);
    const flags = ['--worker', 'anthropic', '--api-key-file', 'key.txt', '--skip-test', '--yes'];
    const ran = await place.run(['setup-wizard', ...flags], { stdin: '' });
    expect(ran.exit).toBe(0);
    expect(read(place, 'credentials.env')).toBe(`ANTHROPIC_API_KEY=${CANARY}\n`);
    expect(modeOf(place, 'credentials.env')).toBe(0o600);
    expect(read(place, 'pipeline.toml')).toContain('worker = "anthropic"');
    const shown = await place.run(['config', 'show', '--origin', '--json']);
    for (const { out, err } of [ran, shown]) expect(out + err + read(place, 'pipeline.toml')).not.toContain(CANARY);
    place.write('key.txt', 'other-key');
    await place.run(['setup-wizard', '--reset', ...flags.with(1, 'open_ai')], { stdin: '' });
    expect(read(place, 'credentials.env')).toBe(`ANTHROPIC_API_KEY=${CANARY}\nOPENAI_API_KEY=other-key\n`);
  });

  test.each([
    [['--worker', 'anthropic'], 'ANTHROPIC_API_KEY'],
    [['--worker', 'anthropic', '--api-key-env', 'sk-ant-key'], 'the name of a variable'],
    [['--worker', 'anthropic', '--api-key-env', 'NOT_SET'], 'NOT_SET'],
    [['--worker', 'anthropic', '--api-key-file', 'gone'], 'gone'],
    [['--worker', 'anthropic', '--api-key-file', 'gone', '--api-key-env', 'X'], 'not both'],
    [['--worker', 'echo', '--api-key-env', 'HOME'], 'echo takes no key'],
    [['--worker', 'llama_cpp', '--base-url', 'localhost:8080'], 'http'],
    [['--worker', 'llama_cpp', '--base-url', 'http://me:secret@host'], 'without a name and password'],
  ])('%j is told and nothing is written', async (flags, told) => {
    using place = new Workplace();
    const ran = await place.run(['setup-wizard', '--yes', '--skip-test', ...flags], { stdin: '' });
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining(told) });
    expect(ran.err).not.toContain('secret');
    expect(existsSync(fileOf(place, 'pipeline.toml'))).toBe(false);
  });

  test('without a terminal and without --yes it names the flags', async () => {
    using place = new Workplace();
    const ran = await place.run(['setup-wizard'], { stdin: '' });
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('--api-key-file, --skip-test) and --yes') });
  });
});

describe('at a terminal', () => {
  test('the menu in the order of the document; Enter is echo', { timeout: 30_000 }, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['setup-wizard']);
    await terminal.waitFor('Which AI provider do you want to use?');
    await terminal.waitFor('1) Anthropic  (Claude)\n');
    await terminal.waitFor('2) OpenAI     (GPT-4o)\n');
    await terminal.waitFor('3) llama.cpp  (local, no key)\n');
    await terminal.waitFor('4) vLLM       (local, no key)\n');
    await terminal.waitFor('5) echo       (offline test mode, no key needed)');
    terminal.type('\r');
    await terminal.waitFor('It works: echo/echo answered');
    expect((await terminal.ended).exitCode).toBe(0);
    expect(read(place, 'pipeline.toml')).toContain('worker = "echo"');
  });

  test('a key is typed unseen; a test that fails is told, and writes only what is wanted', {
    timeout: 30_000,
  }, async () => {
    using place = new Workplace();
    // An address where nobody listens: the call fails, with or without a provider of this kind.
    await using terminal = new Terminal(place, [
      'setup-wizard',
      '--worker',
      'anthropic',
      '--base-url',
      'http://127.0.0.1:9',
    ]);
    await terminal.waitFor('ANTHROPIC_API_KEY');
    terminal.enter(CANARY);
    await terminal.waitFor('Model:');
    terminal.type('\r');
    await terminal.waitFor('It does not work:');
    await terminal.waitFor('Write it all the same?');
    terminal.enter('y');
    await terminal.waitFor('Written:');
    expect((await terminal.ended).exitCode).toBe(0);
    expect(terminal.bytes).not.toContain(CANARY);
    expect(read(place, 'credentials.env')).toContain(CANARY);
    expect(read(place, 'pipeline.toml')).toContain('base_url = "http://127.0.0.1:9"');
  });

  test('Ctrl-C leaves without writing', { timeout: 30_000 }, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['setup-wizard']);
    await terminal.waitFor('Which AI provider');
    await terminal.waitFor('5) echo');
    terminal.type(CTRL_C);
    await terminal.waitFor('Nothing was written.');
    expect((await terminal.ended).exitCode).toBe(130);
    expect(existsSync(fileOf(place, 'pipeline.toml'))).toBe(false);
  });
});

describe('the program without a command', () => {
  test('the first time: the wizard, then the conversation; the second time the conversation', {
    timeout: 60_000,
  }, async () => {
    using place = new Workplace();
    await using first = new Terminal(place, []);
    await first.waitFor('Which AI provider');
    await first.waitFor('5) echo');
    first.type('\r');
    await first.waitFor('It works');
    await first.waitFor('echo/echo ›');
    first.enter('hello');
    await first.waitFor('hello\nhello\n');
    await first.waitFor('echo/echo ›');
    first.type(CTRL_D);
    expect((await first.ended).exitCode).toBe(0);
    await using second = new Terminal(place, []);
    await second.waitFor('echo/echo ›');
    expect(second.transcript).not.toContain('Which AI provider');
  });

  test('a flag or a configured worker says enough', { timeout: 30_000 }, async () => {
    using place = new Workplace();
    await using flagged = new Terminal(place, ['--worker', 'echo', '--model', 'm']);
    await flagged.waitFor('echo/m ›');
    place.write('pipeline.toml', '[providers.mine]\nkind = "echo"\n');
    await using configured = new Terminal(place, []);
    await configured.waitFor('mine/echo ›');
  });

  test('without a terminal it is the service', async () => {
    using place = new Workplace();
    const ran = place.run(['--worker', 'echo', '--port', '0'], { stdin: '' });
    await expect.poll(() => place.told, { timeout: 10_000 }).toContain('"msg":"serving"');
    place.signal('SIGTERM');
    expect(await ran).toMatchObject({ exit: 0, out: '' });
    expect(await place.run(['--worker', 'echo', 'run', 'hi'])).toMatchObject({
      exit: 2,
      err: expect.stringContaining('comes first'),
    });
  });
});
