import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtLauncher } from '../support/cli.ts';
import { Terminal } from '../support/pty.ts';
import { Workplace } from '../support/terminal.ts';

const KEY = 'sk-aimock-canary-0123456789abcdef';
const WRONG_KEY = 'sk-aimock-wrong-0123456789abcdef';
const TEXT = 'Backpressure is when a slow consumer tells a fast producer to wait. 漢字 👩‍💻';
const USAGE = { prompt_tokens: 9, completion_tokens: 21, input_tokens: 9, output_tokens: 21 };
const TIME = { timeout: 60_000 };

/** An upstream that was written by others, which answers a few letters at a time. */
const mock = new LLMock({ port: 0, chunkSize: 7, latency: 20, auth: { apiKeys: [KEY] } });
beforeAll(async () => {
  mock.onMessage('backpressure', { content: TEXT, usage: USAGE });
  mock.onMessage('Reply with one word', { content: 'ready', usage: USAGE });
  await mock.start();
});
afterAll(() => mock.stop());

/** The built program with its standard output in a pipe: the text, piece by piece as it came. */
async function piped(place: Workplace, args: readonly string[]) {
  const pieces: Buffer[] = [];
  const told: Buffer[] = [];
  const program = spawn(process.execPath, [builtLauncher(), ...args], {
    cwd: place.path,
    env: { ...place.environment, PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  program.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  program.stderr.on('data', (piece: Buffer) => told.push(piece));
  const [exit] = await once(program, 'close');
  return { exit, pieces, out: Buffer.concat(pieces).toString(), err: Buffer.concat(told).toString() };
}

function expectNoKeyIn(...texts: readonly string[]): void {
  for (const text of texts) for (const key of [KEY, WRONG_KEY]) expect(text).not.toContain(key);
}

describe.each([
  { kind: 'open_ai', variable: 'OPENAI_API_KEY', path: '/v1/chat/completions', base: () => `${mock.url}/v1` },
  { kind: 'anthropic', variable: 'ANTHROPIC_API_KEY', path: '/v1/messages', base: () => mock.url },
])('$kind', ({ kind, variable, path, base }) => {
  /** A workplace with the key in its environment. */
  const keyed = (): Workplace => {
    const place = new Workplace();
    Object.assign(place.environment, { [variable]: KEY });
    return place;
  };
  const toMock = () => ['--set', `providers.mock.kind=${kind}`, '--set', `providers.mock.base_url=${base()}`];
  const config = (place: Workplace, name: string) =>
    readFileSync(join(place.path, 'home/.config/orchestrator', name), 'utf8');

  test('run hands on the answer while it comes', TIME, async () => {
    using place = keyed();
    const ran = await piped(place, ['run', ...toMock(), '--usage', 'What is backpressure?']);
    expect([ran.exit, ran.out]).toEqual([0, `${TEXT}\n`]);
    expect(ran.pieces.length).toBeGreaterThan(1);
    expect(ran.err).toMatch(/^usage: mock\/\S+, 9 tokens in, 21 out, \$0\.00[\d]+, [\d.]+ ms\n$/);
    expectNoKeyIn(ran.out, ran.err);
  });

  test('repl: a prompt is answered, /usage counts it, /exit ends it', TIME, async () => {
    using place = keyed();
    await using terminal = new Terminal(place, ['repl', ...toMock()]);
    await terminal.waitFor('mock/');
    await terminal.waitFor('›');
    terminal.enter('What is backpressure?');
    await terminal.waitFor('Backpressure is when');
    await terminal.waitFor('👩‍💻\n');
    await terminal.waitFor('›');
    terminal.enter('/usage');
    await terminal.waitFor('1 prompt, 1 answered, 9 tokens in, 21 out, $0.00');
    await terminal.waitFor('›');
    terminal.enter('/exit');
    expect((await terminal.ended).exitCode).toBe(0);
    expectNoKeyIn(terminal.bytes);
  });

  test('setup-wizard at a terminal: a hidden key, a live call, a verdict; run needs nothing more', TIME, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['setup-wizard', '--worker', kind, '--base-url', base()]);
    await terminal.waitFor(variable);
    terminal.enter(KEY);
    await terminal.waitFor('Model:');
    terminal.type('\r');
    await terminal.waitFor(`It works: ${kind}/`);
    await terminal.waitFor(' ms: ready\n');
    await terminal.waitFor('Written:');
    expect((await terminal.ended).exitCode).toBe(0);
    expect(mock.getLastRequest()).toMatchObject({ method: 'POST', path });
    expect(config(place, 'credentials.env')).toBe(`${variable}=${KEY}\n`);

    const ran = await piped(place, ['run', '--usage', 'What is backpressure?']);
    expect([ran.exit, ran.out]).toEqual([0, `${TEXT}\n`]);
    expect(ran.err).toContain(`usage: ${kind}/`);
    const shown = await place.run(['config', 'show', '--origin']);
    expect(shown.out).toContain(base());
    expectNoKeyIn(terminal.bytes, ran.out, ran.err, shown.out, shown.err, config(place, 'pipeline.toml'));
  });

  test('setup-wizard by flags with a wrong key: told so, exit 4, nothing written', async () => {
    using place = new Workplace();
    place.write('key.txt', WRONG_KEY);
    const flags = ['--worker', kind, '--base-url', base(), '--api-key-file', 'key.txt', '--yes'];
    const ran = await place.run(['setup-wizard', ...flags], { stdin: '' });
    expect(ran.exit).toBe(4);
    expect(ran.err).toContain(`refused the key in ${variable} (401`);
    expect(() => config(place, 'pipeline.toml')).toThrow('ENOENT');
    expect(() => config(place, 'credentials.env')).toThrow('ENOENT');
    expectNoKeyIn(ran.out, ran.err);
  });
});
