import { expect, test } from 'vitest';
import { Workplace } from '../support/terminal.ts';

const pair = (a: string, b: string, more: object = {}): string => `${JSON.stringify({ a, b, ...more })}\n`;

test('each pair gets a reply, in order; other fields are ignored', async () => {
  using place = new Workplace();
  const stdin =
    pair('What is the capital of France?', 'what is the captial of France', { kind: 'typo' }) +
    pair('pay 5 dollars', 'pay 6 dollars') +
    '\n' +
    pair('same', 'same');
  const { exit, out, err } = await place.run(['dedup', 'compare', '--ndjson'], { stdin });
  expect([exit, err]).toEqual([0, '']);
  const replies = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(replies).toEqual([
    { same: true, distance: expect.any(Number), veto: null },
    { same: false, distance: expect.any(Number), veto: 'number' },
    { same: true, distance: 0, veto: null },
  ]);
  expect(replies[0].distance).toBeGreaterThan(3);
});

test('bad lines are named by number and answered with the error, and the exit code is 1', async () => {
  using place = new Workplace();
  const stdin = `nope\n${pair('x', 'x')}{"a":"x"}\n[]\n`;
  const { exit, out, err } = await place.run(['dedup', 'compare'], { stdin });
  expect(exit).toBe(1);
  const replies = out.trim().split('\n');
  expect(replies.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(['error', 'same', 'error', 'error']);
  expect(err.trim().split('\n')).toEqual([
    expect.stringContaining('orchestrator: line 1: is not JSON'),
    expect.stringContaining('orchestrator: line 3: b must be text'),
    expect.stringContaining('orchestrator: line 4: the line must be an object'),
  ]);
});

test('the threshold comes from the configuration or the flag', async () => {
  using place = new Workplace();
  const stdin = pair(
    'and so the engineers of our small company really just repaired every broken machine',
    'and the engineers of our small company repaired every broken machine',
  );
  const same = async (...args: string[]) =>
    JSON.parse((await place.run(['dedup', 'compare', ...args], { stdin })).out).same as boolean;
  expect(await same('--set', 'semantic_dedup.similarity_threshold=0')).toBe(false);
  expect((await place.run(['dedup', 'compare', '--threshold', '8'], { stdin })).exit).toBe(2);
});

test('run tells where an answer came from', async () => {
  using place = new Workplace();
  const stdin = '{"id":"a","prompt":"hi"}\n{"id":"b","prompt":"hi"}\n{"id":"c","prompt":"hi","no_cache":true}\n';
  const { out } = await place.run(['run', '-i', '-', '--snapshot', 'snapshot.json'], { stdin });
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).source),
  ).toEqual(['model', 'cache', 'model']);
  expect(JSON.parse(place.read('snapshot.json')).reuse).toMatchObject({ exact_hits: 1, misses: 1, avoided_calls: 1 });
});

test('at a terminal it says that it reads from a pipe', async () => {
  using place = new Workplace();
  for (const command of [
    ['dedup', 'compare'],
    ['cost', '--ndjson'],
  ]) {
    const ran = await place.run(command);
    expect([ran.exit, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain('read from a pipe or a file');
  }
});
