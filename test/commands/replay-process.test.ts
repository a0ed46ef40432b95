import { spawn as spawnTerminal } from '@lydell/node-pty';
import { expect, test } from 'vitest';
import { builtLauncher } from '../support/cli.ts';
import { KILLS, Started } from '../support/started.ts';
import { Workplace } from '../support/terminal.ts';

// Real processes: what signals and kill -9 leave behind is only true of those.

const echo = (delayMs: number, failureRate = 0) => [
  ...['--set', 'providers.upstream.kind=echo', '--set', `providers.upstream.delay_ms=${delayMs}`],
  ...['--set', `providers.upstream.failure_rate=${failureRate}`],
  // What always fails is not to be waited for.
  ...['--set', 'routing.wait_for_recovery=false'],
];
const BRISK = ['--delay-ms', '1', '--max-retries', '0'];
const TIME = { timeout: 60_000 + KILLS * 5_000 };

interface Printed {
  readonly id: string;
  readonly status: string;
}

const parsed = (lines: readonly string[]): readonly Printed[] => lines.map((line) => JSON.parse(line));
const named = (count: number) => Array.from({ length: count }, (_, at) => `req-${at + 1}`);
const inFile = (count: number) =>
  named(count)
    .map((id) => `{"prompt":"question ${id}","request_id":"${id}"}\n`)
    .join('');
const ids = (records: readonly { readonly id: string }[]) => [...new Set(records.map(({ id }) => id))].sort();

/** A store with dead letters `req-1` to `req-N`. */
async function withLetters(count: number): Promise<Workplace> {
  const place = new Workplace();
  const lines = named(count).map((id) => `{"prompt":"question ${id}","id":"${id}"}\n`);
  await place.run(['run', '-i', '-', ...echo(0, 1)], { stdin: lines.join('') });
  return place;
}

const lettersOf = async (place: Workplace) =>
  (await place.run(['dlq', 'export'])).out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { readonly request_id: string; readonly request: { readonly id: string } });

/** An answer that came twice from the upstream would be two different records: the times differ. */
function expectOneAnswerEach(lines: readonly string[]): void {
  const answers = new Map<string, string>();
  for (const line of lines) {
    const { id, status } = JSON.parse(line) as Printed;
    if (status !== 'completed') continue;
    expect(answers.get(id) ?? line).toBe(line);
    answers.set(id, line);
  }
}

// Those with many kills run side by side: a process that starts keeps one core busy.
test.concurrent(
  'fault 22: kill -9 while dead letters are stored: each one that was told is there, whole',
  TIME,
  async () => {
    using place = new Workplace();
    const told: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const count = 400;
      place.write(
        'in',
        named(count)
          .map((id) => `{"prompt":"${'long '.repeat(200)}","id":"k${kill}-${id}"}\n`)
          .join(''),
      );
      const run = new Started(place, ['run', '-i', 'in', '--unordered', ...echo(5, 1)], `out-${kill}`);
      await run.printed(20 + ((kill * 37) % 200));
      run.kill('SIGKILL');
      await run.ended;
      told.push(...parsed(run.lines).map(({ id }) => id));
    }
    expect(told.length).toBeGreaterThan(KILLS * 20);
    // Exporting reads every letter back, and a damaged one would be named. What a kill has lost no later run brings back.
    const stored = new Set((await lettersOf(place)).map(({ request }) => request.id));
    expect(told.filter((id) => !stored.has(id))).toEqual([]);
  },
);

test.concurrent.each(['store', 'file'])(
  'fault 23: kill -9 during a replay of a %s: it goes on, nothing answered is sent again, what was open is unknown',
  TIME,
  async (source) => {
    const count = 40 + KILLS * 12;
    using place = await withLetters(source === 'store' ? count : 0);
    place.write('in', inFile(count));
    const replay = ['replay', ...(source === 'file' ? ['-f', 'in'] : []), ...BRISK];
    const lines: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const run = new Started(place, [...replay, ...echo(20)], `out-${kill}`);
      await run.printed(3 + (kill % 7));
      run.kill('SIGKILL');
      await run.ended;
      lines.push(...run.lines);
    }
    const rest = await place.run(replay);
    lines.push(...rest.out.split('\n').filter(Boolean));
    expectOneAnswerEach(lines);
    const open = /(\d+) of the failed are unknown/.exec(rest.err);
    const unknown = Number(open?.[1] ?? 0);
    expect(rest.exit).toBe(unknown > 0 ? 1 : 0);
    expect(ids(parsed(lines))).toHaveLength(count - unknown);
    // At most what was in flight at each kill.
    expect(unknown).toBeLessThanOrEqual(KILLS * 8);

    const resent = await place.run([...replay, '--retry-unknown']);
    expect(resent.exit).toBe(0);
    lines.push(...resent.out.split('\n').filter(Boolean));
    expectOneAnswerEach(lines);
    expect(ids(parsed(lines))).toEqual(named(count).sort());
    expect(await lettersOf(place)).toEqual([]);
    expect((await place.run(replay)).out).toBe('');
  },
);

test(
  'fault 30: two replays of the same store at once: both work, each letter is handled by one of them',
  TIME,
  async () => {
    const count = 60;
    using place = await withLetters(count);
    const runs = ['a', 'b'].map((name) => new Started(place, ['replay', ...BRISK, ...echo(20, 0.3)], name));
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    for (const [code, signal] of ends) expect([code === 0 || code === 1, signal]).toEqual([true, null]);
    const outcomes = runs.flatMap(({ lines }) => parsed(lines));
    expect(outcomes).toHaveLength(count);
    expect(ids(outcomes)).toEqual(named(count).sort());
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(ids((await lettersOf(place)).map(({ request }) => request))).toEqual(ids(failed));
  },
);

test('SIGTERM: what is in flight ends, the rest stays, the same command goes on', TIME, async () => {
  const count = 60;
  using place = await withLetters(count);
  const run = new Started(place, ['replay', ...BRISK, ...echo(30)], 'first');
  await run.printed(5);
  run.kill('SIGTERM');
  expect(await run.ended).toEqual([143, null]);
  expect(run.told).toMatch(/Replay stopped by SIGTERM: .* The same command goes on\.\n$/);
  expect((await lettersOf(place)).length).toBe(count - run.lines.length);
  const rest = await place.run(['replay', ...BRISK]);
  expect(rest).toMatchObject({ exit: 0 });
  expect(rest.err).not.toContain('unknown');
  expect(ids([...parsed(run.lines), ...parsed(rest.out.split('\n').filter(Boolean))])).toEqual(named(count).sort());
});

test('a terminal shows the bar and the final line', TIME, async () => {
  using place = await withLetters(3);
  place.write('in', `${inFile(2)}garbage\n{"request_id":"gone","reason":"shed","dropped_at":1}\n`);
  const args = [builtLauncher(), 'replay', '-f', 'in', '--delay-ms', '5'];
  const terminal = spawnTerminal(process.execPath, args, {
    cwd: place.path,
    env: { ...place.environment, PATH: process.env['PATH'] } as Record<string, string>,
    cols: 80,
    rows: 24,
  });
  let screen = '';
  terminal.onData((text) => {
    screen += text;
  });
  const code = await new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  expect(code).toBe(1);
  expect(screen).toContain(`[${'#'.repeat(40)}] 4/4 ok:2 fail:1 skip:1`);
  expect(screen).toContain('Replay complete: 4 submitted, 2 succeeded, 1 failed, 1 skipped.');
});
