import { execFile } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Row, rowOf, skippedRow, type Target } from '../../commands/bench/row.ts';
import type { Scenario } from '../../commands/bench/scenario.ts';
import { benchOf } from '../../commands/bench.ts';
import type { CommandContext, CommandOptions } from '../../commands/command.ts';
import { systemClock } from '../../src/core/clock.ts';
import { seededRandom } from '../../src/core/random.ts';
import { builtLauncher } from '../support/cli.ts';
import { Workplace } from '../support/terminal.ts';

const CORE = ['P1', 'P2.c1', 'P2.c64', 'P3', 'P4.echo', 'P4.noop', 'P7', 'P8.kept', 'P8.queued', 'P22'];

describe('the core scenario', () => {
  test('measures every row, one JSON object on stdout and nothing on stderr', { timeout: 120_000 }, async () => {
    using place = new Workplace();
    const { exit, out, err } = await place.run(['bench', '--scenario', 'core', '--quick', '--json']);
    expect([exit, err]).toEqual([0, '']);
    const { machine, rows } = JSON.parse(out) as { machine: object; rows: Row[] };
    expect(machine).toMatchObject({
      node: process.versions.node,
      v8: process.versions.v8,
      cpu: expect.any(String),
      cores: expect.any(Number),
      memory_gb: expect.any(Number),
      platform: expect.any(String),
    });
    expect(rows.map(({ id }) => id)).toEqual(CORE);
    for (const row of rows) {
      expect(row).toMatchObject({
        what: expect.any(String),
        value: expect.any(Number),
        target: expect.any(Number),
        better: expect.stringMatching(/^(higher|lower)$/),
        pass: expect.any(Boolean),
        baseline: { name: expect.any(String) },
        samples: 1,
        command: 'orchestrator bench --scenario core',
      });
      for (const figure of Object.values(row.ours)) expect(figure).toEqual(expect.any(Number));
    }
  });

  test('a signal ends it at once, with the code of the signal', async () => {
    const { run, signal } = benchWith(waiting);
    const running = run({});
    await signal('SIGINT');
    expect(await running).toMatchObject({ exit: 130, out: '' });
  });
});

test('the startup scenario measures how long the program takes to start', async () => {
  using place = new Workplace();
  const { exit, out } = await place.run(['bench', '--scenario', 'startup', '--quick', '--json']);
  expect(exit).toBe(0);
  const [row] = (JSON.parse(out) as { rows: Row[] }).rows;
  expect(row).toMatchObject({ id: 'P20', value: expect.any(Number), baseline: { name: 'node -e 0' }, samples: 1 });
  expect(row!.ours['ms']).toBeGreaterThan(0);
});

test('the guard scenario measures what a verdict costs', { timeout: 60_000 }, async () => {
  using place = new Workplace();
  const { exit, out } = await place.run(['bench', '--scenario', 'guard', '--quick', '--json']);
  expect(exit).toBe(0);
  const { rows } = JSON.parse(out) as { rows: Row[] };
  expect(rows.map(({ id }) => id)).toEqual(['P18.literal', 'P18.all', 'P18.growth', 'P18.worst']);
  for (const { value } of rows) expect(value).toBeGreaterThan(0);
});

describe('the reuse scenario', () => {
  test('measures every row; the herd comes to one call even in a hurry', { timeout: 60_000 }, async () => {
    using place = new Workplace();
    const { exit, out, err } = await place.run(['bench', '--scenario', 'reuse', '--quick', '--json']);
    expect([exit, err]).toEqual([0, '']);
    const { rows } = JSON.parse(out) as { rows: Row[] };
    expect(rows.map(({ id }) => id)).toEqual(['P5', 'P6.all_but_near', 'P6.all', 'P17', 'P19.simhash', 'P19.lookup']);
    expect(rows[3]).toMatchObject({ value: 1, pass: true, ours: { answered: 1000 } });
  });
});

test('the http scenario measures every row against servers in processes of their own', {
  timeout: 240_000,
}, async () => {
  // The load generator gives no summary in the threads that tests run in.
  const args = [builtLauncher(), 'bench', '--scenario', 'http', '--quick', '--json'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe('');
  const { rows } = JSON.parse(stdout) as { rows: Row[] };
  expect(rows.map(({ id }) => id)).toEqual(['P12', 'P13', 'P14', 'P14.p99', 'P15', 'P16.ttft', 'P16.tokens']);
  for (const { value, ours } of rows) {
    expect(value).toEqual(expect.any(Number));
    for (const figure of Object.values(ours)) expect(figure).toBeGreaterThan(0);
  }
});

describe('flags', () => {
  test('an unknown scenario is a usage error that lists them', async () => {
    using place = new Workplace();
    const { exit, err } = await place.run(['bench', '--scenario', 'warp']);
    expect(exit).toBe(2);
    expect(err).toContain('core');
  });

  test('a gate on a row that there is not is a usage error before anything is measured', async () => {
    await expect(benchWith(waiting).run({ failOn: ['P99'] })).rejects.toMatchObject({ code: 'usage' });
  });

  test.each([
    [['slow'], 8],
    [['all'], 8],
    [['quick,slow'], 8],
    [['quick', 'absent'], 0],
    [[], 0],
  ])('--fail-on %j exits %i', async (failOn, exit) => {
    expect(await benchWith(finished).run({ failOn })).toMatchObject({ exit });
  });

  test('--compare puts the earlier values beside the new ones', async () => {
    using place = new Workplace();
    const earlier = place.write('earlier.json', JSON.stringify({ rows: [{ id: 'quick', value: 4 }] }));
    const { out } = await benchWith(finished).run({ compare: earlier, json: true });
    const compared = (JSON.parse(out) as { rows: Row[] }).rows.map((row) => row.compared);
    expect(compared).toEqual([{ value: 4, ratio: 0.5 }, undefined, undefined]);
    const other = place.write('other.json', '[]');
    await expect(benchWith(finished).run({ compare: other })).rejects.toMatchObject({ code: 'usage' });
  });
});

test('the table has a line a row, with what was skipped and why', async () => {
  const { out } = await benchWith(finished).run({});
  const [machine, head, ...rows] = out.trimEnd().split('\n');
  expect(machine).toContain(`node ${process.versions.node}`);
  expect(head).toMatch(/^id +what +value +target +pass/);
  expect(rows).toEqual([
    expect.stringMatching(/^quick +a figure +2 +≤ 3 +yes +ns=2 +nothing ns=1$/),
    expect.stringMatching(/^slow +a figure +9 +≤ 3 +NO /),
    expect.stringMatching(/^absent +a figure +- +≤ 3 +skipped +fastq is not installed$/),
  ]);
});

const target = (id: string): Target => ({ id, what: 'a figure', target: 3, better: 'lower' });
const found = (value: number) => ({ value, ours: { ns: value }, baseline: { name: 'nothing', ns: 1 }, samples: 5 });
const ids = ['quick', 'slow', 'absent'];

/** Has measured: one row that meets its target, one that misses it, one that could not be measured. */
const finished: Scenario = {
  name: 'finished',
  summary: '',
  ids,
  run: async ({ command }) => [
    rowOf(target('quick'), found(2), command),
    rowOf(target('slow'), found(9), command),
    skippedRow(target('absent'), 'fastq is not installed', command),
  ],
};

/** Measures longer than anybody waits. */
const waiting: Scenario = {
  name: 'waiting',
  summary: '',
  ids,
  run: async (bench) => {
    await bench.measure<'clock'>({ kind: 'clock', reads: 1e9, batches: 1000 });
    return [];
  },
};

describe('on a terminal', () => {
  /** Measures an engine, in a process of its own, and a design without one. */
  const looked: Scenario = {
    name: 'looked',
    summary: '',
    ids,
    run: async (bench) => {
      for (const design of ['engine-callback', 'floor'] as const) {
        bench.progress(`round 1 of 1: ${design}`);
        const load = { clients: 1, requests: 500, batches: 20 };
        await bench.measure<'throughput'>({ kind: 'throughput', design, work: 'echo', ...load });
      }
      bench.progress('the end');
      return [];
    },
  };

  test('the engine that is measured is shown by the panels, and what was found so far', async () => {
    const { run, told } = benchWith(looked, { isTTY: true, columns: 90, rows: 24 });
    expect(await run({})).toMatchObject({ exit: 0 });
    const last = told().split('the end').at(-1)!;
    expect(last).toContain('engine of round 1 of 1: engine-callback');
    expect(last).toContain('waiting+busy  rag 0+0');
    expect(last).toMatch(/echo \d+ ok 0 errors/);
    expect(last).toMatch(/throughput engine-callback echo clients 1 +ns \d/);
    expect(last).toMatch(/throughput floor echo clients 1 +ns \d/);
  });

  test('with --no-live it is told a line each', async () => {
    const { run, told } = benchWith(looked, { isTTY: true, columns: 90, rows: 24 });
    await run({ live: false });
    expect(told()).toBe('round 1 of 1: engine-callback\nround 1 of 1: floor\nthe end\n');
  });
});

/** The command with one scenario, in a world of its own. */
function benchWith(scenario: Scenario, terminal: object = {}) {
  const listening = Promise.withResolvers<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), terminal);
  let told = '';
  stderr.on('data', (chunk) => {
    told += chunk;
  });
  const context: CommandContext = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    environment: { NO_COLOR: '1' },
    cwd: '/',
    clock: systemClock,
    random: seededRandom(1),
    onReload: () => () => undefined,
    onSignal(listener) {
      listening.resolve(listener);
      return () => {};
    },
  };
  return {
    run: async (options: CommandOptions) => {
      const exit = await benchOf([scenario]).run!(context, [], options);
      return { exit, out: String(stdout.read() ?? '') };
    },
    /** What was written to stderr. */
    told: () => told,
    /** Delivers a signal as soon as somebody listens: before, it would end the program without further ado. */
    signal: async (signal: 'SIGINT' | 'SIGTERM') => (await listening.promise)(signal),
  };
}
