import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backOffMs } from '../../commands/replay/pacing.ts';
import { seededRandom } from '../../src/core/random.ts';
import { type Ran, records, Workplace } from '../support/terminal.ts';

/** Each submission is one call: what fails is seen at once. */
const ONE_TRY = ['--set', 'resilience.retry_attempts=1', '--set', 'resilience.circuit_breaker_threshold=0'];
const FAILING = ['--set', 'providers.flaky.kind=echo', '--set', 'providers.flaky.failure_rate=1', ...ONE_TRY];
const FAST = ['--delay-ms', '0'];

const lastLine = ({ err }: Ran) => err.trimEnd().split('\n').at(-1);

/** A workplace whose store holds dead letters of these prompts. */
async function withLetters(...prompts: readonly string[]): Promise<Workplace> {
  const place = new Workplace();
  const lines = prompts.map((prompt, at) => JSON.stringify({ prompt, id: `req-${at + 1}`, deadline_ms: 5000 }));
  await place.run(['run', '-i', '-', ...FAILING], { stdin: lines.join('\n') });
  return place;
}

const letters = async (place: Workplace) => records(await place.run(['dlq', 'export']));

describe('the local store', () => {
  test('without a file and without a pipe its letters are sent again; what is answered leaves it', async () => {
    using place = await withLetters('alpha', 'beta');
    const ran = await place.run(['replay', ...FAST]);
    expect(ran.exit).toBe(0);
    expect(records(ran).map(({ id, status, output }) => [id, status, output])).toEqual([
      ['req-1', 'completed', 'alpha'],
      ['req-2', 'completed', 'beta'],
    ]);
    expect(lastLine(ran)).toBe('Replay complete: 2 submitted, 2 succeeded, 0 failed, 0 skipped.');
    expect(await letters(place)).toEqual([]);
  });

  test('a letter that fails again is one letter, with one hop more and the request as it was', async () => {
    using place = await withLetters('alpha');
    const [before] = await letters(place);
    const ran = await place.run(['replay', '--max-retries', '0', ...FAST, ...FAILING]);
    expect(ran.exit).toBe(1);
    expect(lastLine(ran)).toBe('Replay complete: 1 submitted, 0 succeeded, 1 failed, 0 skipped.');
    const after = await letters(place);
    expect(after).toMatchObject([{ hops: 1, request: before.request }]);
    await place.run(['replay', '--max-retries', '0', ...FAST, ...FAILING]);
    expect(await letters(place)).toMatchObject([{ hops: 2 }]);
    expect((await place.run(['replay', ...FAST])).exit).toBe(0);
  });

  test('dlq replay takes numbers and request ids, and names what is not there', async () => {
    using place = await withLetters('alpha', 'beta', 'gamma');
    const ran = await place.run(['dlq', 'replay', '1', 'req-3', ...FAST]);
    expect(records(ran).map(({ id }) => id)).toEqual(['req-1', 'req-3']);
    expect((await letters(place)).map(({ request_id }) => request_id)).toEqual(['req-2']);
    const missing = await place.run(['dlq', 'replay', '99']);
    expect(missing).toMatchObject({ exit: 2, err: expect.stringContaining('no dead letter 99') });
  });

  test('a store that does not last has nothing to replay', async () => {
    using place = new Workplace();
    const ran = await place.run(['replay', '--set', 'storage.path=memory']);
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('--queue-file') });
  });
});

describe('a file or a pipe', () => {
  test("both of the document's forms and comments: the prompt is sent, the raw record without one is not", async () => {
    using place = new Workplace();
    const ran = await place.run(['replay', ...FAST], {
      stdin: [
        '# exported on Monday',
        '{"prompt":"Summarise this document","session_id":"s1","metadata":{},"deadline_secs":60}',
        '',
        '{"request_id":"req-abc","session_id":"s1","reason":"backpressure","dropped_at":1711900000}',
      ].join('\n'),
    });
    expect(ran.exit).toBe(0);
    expect(records(ran)).toMatchObject([{ line: 2, output: 'Summarise this document', session_id: 's1' }]);
    expect(ran.err).toContain('line 4 has no prompt, and request req-abc is not in the local store; skipped');
    expect(lastLine(ran)).toBe('Replay complete: 2 submitted, 1 succeeded, 0 failed, 1 skipped.');
  });

  test('a raw record whose request is in the store is replayed whole', async () => {
    using place = await withLetters('the whole prompt');
    const raw = '{"request_id":"req-1","session_id":"s1","reason":"backpressure","dropped_at":1711900000}';
    const ran = await place.run(['replay', '-f', '-', ...FAST], { stdin: raw });
    expect(records(ran)).toMatchObject([{ id: 'req-1', output: 'the whole prompt' }]);
    expect(await letters(place)).toEqual([]);
    const again = await place.run(['replay', ...FAST], { stdin: raw });
    expect(again.err).toContain('line 1 was answered by an earlier replay; skipped');
  });

  test('what was answered is not sent again, from a file, from the store or in another order of keys', async () => {
    using place = await withLetters('alpha');
    place.write('dlq.ndjson', (await place.run(['dlq', 'export'])).out);
    const [{ request, ...rest }] = await letters(place);
    await place.run(['replay', ...FAST]);
    for (const again of [
      await place.run(['replay', '-f', 'dlq.ndjson', ...FAST]),
      await place.run(['replay', ...FAST], { stdin: JSON.stringify({ request, ...rest }) }),
    ]) {
      expect(again).toMatchObject({ exit: 0, out: '' });
      expect(lastLine(again)).toBe('Replay complete: 1 submitted, 0 succeeded, 0 failed, 1 skipped.');
    }
  });

  test('a prompt is sent with all that its line says of it', async () => {
    using place = new Workplace();
    const stdin = '{"prompt":"one two three","max_tokens":2,"model":"other","system":"be brief","priority":"low"}\n';
    expect(records(await place.run(['replay', '--dry-run'], { stdin }))).toMatchObject([
      {
        messages: [
          { role: 'system', content: 'be brief' },
          { role: 'user', content: 'one two three' },
        ],
        model: 'other',
        priority: 'low',
        parameters: { max_tokens: 2 },
      },
    ]);
    expect(records(await place.run(['replay', ...FAST], { stdin }))).toMatchObject([
      { output: 'one two ', model: 'other', finish_reason: 'length' },
    ]);
  });

  test('the same prompt twice is two requests, the same request id twice is one', async () => {
    using place = new Workplace();
    const named = '{"prompt":"hi","request_id":"mine"}\n';
    const ran = await place.run(['replay', ...FAST], { stdin: `{"prompt":"hi"}\n{"prompt":"hi"}\n${named}${named}` });
    expect(records(ran).map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(ran.err).toContain('line 4 is request mine once more; skipped');
  });

  test('--dry-run sends nothing and remembers nothing', async () => {
    using place = new Workplace();
    const input = { stdin: '{"prompt":"alpha"}\ngarbage\n' };
    const shown = await place.run(['replay', '--dry-run', ...FAST], input);
    expect(shown).toMatchObject({ exit: 1, err: expect.stringContaining('1 would be submitted, 1 corrupt') });
    expect(records(shown)).toMatchObject([{ messages: [{ role: 'user', content: 'alpha' }] }]);
    expect(records(await place.run(['replay', ...FAST], input))).toHaveLength(1);
  });

  test('--json is the summary alone; the answers are kept until they are asked for', async () => {
    using place = new Workplace();
    const input = { stdin: '{"prompt":"alpha"}\ngarbage\n' };
    const ran = await place.run(['replay', '--json', ...FAST], input);
    expect(JSON.parse(ran.out)).toEqual({
      submitted: 2,
      succeeded: 1,
      failed: 1,
      skipped: 0,
      corrupt: 1,
      unknown: 0,
      signal: null,
    });
    expect((await place.run(['replay', ...FAST], { stdin: '# another input' })).out).toBe('');
    expect(records(await place.run(['replay', ...FAST], input))).toMatchObject([{ line: 1, output: 'alpha' }]);
    expect((await place.run(['replay', ...FAST], input)).out).toBe('');
  });

  test('what failed is in the failed file as it came, and can be replayed from there', async () => {
    using place = new Workplace();
    place.write('in.ndjson', '{"prompt" :  "spaced"}\n');
    const failing = ['replay', '-f', 'in.ndjson', '--max-retries', '0', '--failed-file', 'failed.ndjson', ...FAST];
    expect((await place.run([...failing, ...FAILING])).exit).toBe(1);
    expect(place.read('failed.ndjson')).toBe(place.read('in.ndjson'));
    expect((await place.run(['replay', '-f', 'failed.ndjson', ...FAST])).exit).toBe(0);
    const self = await place.run(['replay', '-f', 'in.ndjson', '--failed-file', './in.ndjson']);
    expect(self).toMatchObject({ exit: 2, err: expect.stringContaining('is the input') });
    linkSync(`${place.path}/in.ndjson`, `${place.path}/alias`);
    expect((await place.run(['replay', '-f', 'in.ndjson', '--failed-file', 'alias'])).err).toContain('is the input');
    expect(place.read('in.ndjson')).not.toBe('');
  });

  test('--max-retries counts resubmissions; each outcome is told once', async () => {
    using place = new Workplace();
    const half = ['--set', 'providers.flaky.kind=echo', '--set', 'providers.flaky.failure_rate=0.5', ...ONE_TRY];
    const stdin = Array.from({ length: 20 }, (_, at) => `{"prompt":"p${at}"}\n`).join('');
    const ran = await place.run(['replay', '--max-retries', '20', '--concurrency', '20', ...FAST, ...half], { stdin });
    expect(ran.exit).toBe(0);
    expect(records(ran)).toHaveLength(20);
    expect(await letters(place)).toEqual([]);
  });

  test('each submission has its deadline, in place of the one that has passed', async () => {
    using place = new Workplace();
    const expired = JSON.stringify({ prompt: 'late', id: 'late', deadline_ms: 0 });
    await place.run(['run', '-i', '-'], { stdin: expired });
    expect(await letters(place)).toMatchObject([{ reason: 'expired', request: { deadline_ms: 0 } }]);
    const slow = ['--set', 'providers.slow.kind=echo', '--set', 'providers.slow.delay_ms=5000'];
    const timing = ['--request-timeout-secs', '1', '--max-retries', '0'];
    const missed = await place.run(['replay', ...timing, ...FAST, ...slow]);
    expect(records(missed)).toMatchObject([{ status: 'expired' }]);
    expect(await letters(place)).toMatchObject([{ hops: 1, request: { deadline_ms: 0 } }]);
    expect(records(await place.run(['replay', ...FAST]))).toMatchObject([{ status: 'completed' }]);
  });

  test('a server that is not there is told before anything is read', async () => {
    using place = new Workplace();
    const ran = await place.run(['replay', '--orchestrator-url', 'http://127.0.0.1:1'], { stdin: '{"prompt":"a"}\n' });
    expect(ran).toMatchObject({ exit: 5, err: expect.stringContaining('http://127.0.0.1:1 cannot be reached') });
    expect(await place.run(['replay', '--orchestrator-url', 'prod:8080'])).toMatchObject({ exit: 2 });
  });

  test('a file that is not there is a usage error', async () => {
    using place = new Workplace();
    expect(await place.run(['replay', '-f', 'gone.ndjson'])).toMatchObject({
      exit: 2,
      err: expect.stringContaining('gone.ndjson'),
    });
  });
});

test('a line that is too long for a failed file says so', async () => {
  using place = new Workplace();
  const stdin = `{"prompt":"${'x'.repeat(16 * 1024 * 1024)}"}\n`;
  const ran = await place.run(['replay', '--failed-file', 'failed', ...FAST], { stdin });
  expect(ran.exit).toBe(1);
  expect(ran.err).toContain('line 1 is longer than 16 MiB, so no failed file keeps it');
});

describe('fault 28: a corrupt line in a dead-letter file', () => {
  test('is named by its number and kept as it came; all others are replayed; exit 1', async () => {
    using place = await withLetters('one', 'two', 'three', 'four');
    const [one, two, three, four] = (await place.run(['dlq', 'export'])).out.trimEnd().split('\n') as [
      string,
      string,
      string,
      string,
    ];
    const flipped = two.replace('two', 'twn');
    const corrupt = [
      Buffer.from(flipped),
      Buffer.alloc(512),
      Buffer.from(three.slice(0, 80)),
      Buffer.from([0xc3, 0x28]),
    ];
    const foreign = Buffer.from('Nov 23 19:10:17 host kernel: out of memory');
    const lines = [Buffer.from(one), ...corrupt, foreign, Buffer.from(four)];
    place.write('dlq.ndjson', '');
    const joined = (parts: readonly Buffer[]) => Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]));
    writeFileSync(`${place.path}/dlq.ndjson`, joined(lines));

    const ran = await place.run(['replay', '-f', 'dlq.ndjson', '--failed-file', 'failed', ...FAST]);
    expect(ran.exit).toBe(1);
    expect(records(ran).map(({ line, output }) => [line, output])).toEqual([
      [1, 'one'],
      [7, 'four'],
    ]);
    for (const line of [2, 3, 4, 5, 6]) expect(ran.err).toContain(`orchestrator: line ${line} `);
    expect(readFileSync(`${place.path}/failed`)).toEqual(joined([...corrupt, foreign]));
  });

  test('one flipped bit, wherever it is: the line is told, or what is replayed is what was written', async () => {
    using place = await withLetters('What is backpressure?');
    const line = Buffer.from((await place.run(['dlq', 'export'])).out.trimEnd());
    const [{ request }] = await letters(place);
    const damaged = Array.from({ length: line.length * 8 }, (_, bit) => {
      const copy = Buffer.from(`${line}\n`);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      return copy;
    });
    writeFileSync(`${place.path}/damaged`, Buffer.concat(damaged));
    const dryRun = ['replay', '-f', 'damaged', '--dry-run'];
    const ran = await place.run(dryRun);
    const { would_submit, failed, skipped } = JSON.parse((await place.run([...dryRun, '--json'])).out);
    // A line feed that a flip makes cuts its line in two.
    expect(would_submit + failed + skipped).toBeGreaterThanOrEqual(damaged.length);
    expect(failed).toBeGreaterThan(damaged.length * 0.95);
    for (const sent of records(ran)) expect(sent).toEqual(request);
    expect(ran.err.match(/skipped$/gm) ?? []).toHaveLength((ran.err.match(/once more; skipped$/gm) ?? []).length);
  });
});

test('pauses before a resubmission grow, with full jitter, and never undercut what the provider asks for', () => {
  const random = seededRandom(1);
  for (const [tries, most] of [
    [1, 200],
    [2, 400],
    [3, 800],
    [20, 10_000],
  ] as const) {
    const pauses = Array.from({ length: 200 }, () => backOffMs(tries, random));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(most);
    expect(Math.max(...pauses)).toBeGreaterThan(most * 0.9);
    expect(Math.min(...pauses)).toBeLessThan(most * 0.1);
  }
  expect(backOffMs(1, random, 3000)).toBeGreaterThanOrEqual(3000);
});
