import { median } from '../../../src/primitives/statistics.ts';
import { type Finding, type Row, rowOf, skippedRow, type Target } from '../row.ts';
import type { Bench } from '../scenario.ts';
import type { Work } from '../worker/work.ts';
import { type Lane, lane, runRounds, type Timings } from './rounds.ts';

const P1: Target = { id: 'P1', what: 'echo, callback submit / floor', target: 0.9, better: 'higher' };
const P2_1: Target = { id: 'P2.c1', what: 'echo, promise submit / floor, 1 client', target: 0.8, better: 'higher' };
const P2_64: Target = { id: 'P2.c64', what: 'echo, promise submit / floor, 64 clients', target: 0.7, better: 'higher' };
const P3: Target = { id: 'P3', what: 'engine alone / one performance.now()', target: 1, better: 'lower' };
const P4_ECHO: Target = { id: 'P4.echo', what: 'echo / best bounded peer', target: 1.4, better: 'higher' };
const P4_NOOP: Target = { id: 'P4.noop', what: 'no-op stages / best bounded peer', target: 6, better: 'higher' };

export const THROUGHPUT_TARGETS: readonly Target[] = [P1, P2_1, P2_64, P3, P4_ECHO, P4_NOOP];

/** The floor with the smallest subject instead of the engine's job; shown, not judged by. */
const LEAN_FLOOR = lane('lean-floor', 'echo', 1);
const FLOOR = { echo: lane('floor', 'echo', 1), noop: lane('floor', 'noop', 1) };
const CALLBACK = { echo: lane('engine-callback', 'echo', 1), noop: lane('engine-callback', 'noop', 1) };
const CALLBACK_64 = lane('engine-callback', 'echo', 64);
const PROMISE = lane('engine-promise', 'echo', 1);
const PROMISE_64 = lane('engine-promise', 'echo', 64);
/** More open requests let a peer work in larger batches, which is its best; these still fit the engine's bounds. */
const peers = (work: Work): readonly Lane[] =>
  (['node-streams', 'fastq', 'async-queue'] as const).map((design) => lane(design, work, 64));
const PEERS = { echo: peers('echo'), noop: peers('noop') };

/** P1 to P4 in one go: they share the floor and the engine's own figures. */
export async function measureThroughput(bench: Bench): Promise<readonly Row[]> {
  const timings = await runRounds(bench, [
    ...[FLOOR.echo, LEAN_FLOOR, CALLBACK.echo, CALLBACK_64, PROMISE, PROMISE_64, ...PEERS.echo],
    ...[FLOOR.noop, CALLBACK.noop, ...PEERS.noop],
  ]);
  const { command } = bench;
  return [
    rowOf(P1, toFloor(timings, CALLBACK.echo, { clients_64_ns: nsOf(timings, CALLBACK_64) }), command),
    rowOf(P2_1, toFloor(timings, PROMISE), command),
    rowOf(P2_64, toFloor(timings, PROMISE_64), command),
    rowOf(P3, engineAlone(timings), command),
    peerRow(P4_ECHO, timings, 'echo', command),
    peerRow(P4_NOOP, timings, 'noop', command),
  ];
}

/** A design's speed as a share of the floor's. Ratios are taken within a round; the median of the rounds counts. */
function toFloor(timings: Timings, ours: Lane, more: Finding['ours'] = {}): Finding {
  return {
    value: ratio(timings, FLOOR.echo, ours),
    ours: { ns: nsOf(timings, ours), ...more },
    baseline: { name: 'floor', ns: nsOf(timings, FLOOR.echo), lean_ns: nsOf(timings, LEAN_FLOOR) },
    samples: timings.clock.length,
  };
}

function engineAlone(timings: Timings): Finding {
  const floor = timings.lanes.get(FLOOR.noop)!;
  const engine = timings.lanes.get(CALLBACK.noop)!;
  return {
    value: median(timings.clock.map((clock, round) => (engine[round]! - floor[round]!) / clock)),
    ours: { engine_ns: nsOf(timings, CALLBACK.noop), floor_ns: nsOf(timings, FLOOR.noop) },
    baseline: { name: 'performance.now()', ns: tenths(median(timings.clock)) },
    samples: timings.clock.length,
  };
}

function peerRow(target: Target, timings: Timings, work: Work, command: string): Row {
  // Without one of them nobody knows which is the best.
  for (const peer of PEERS[work]) {
    const missing = timings.missing.get(peer);
    if (missing !== undefined) return skippedRow(target, `${missing} is not installed`, command);
  }
  const [best] = PEERS[work].toSorted((a, b) => nsOf(timings, a) - nsOf(timings, b));
  const others = Object.fromEntries(
    PEERS[work].map((peer) => [`${peer.design.replace('-', '_')}_ns`, nsOf(timings, peer)]),
  );
  const finding: Finding = {
    value: ratio(timings, best!, CALLBACK[work]),
    ours: { ns: nsOf(timings, CALLBACK[work]) },
    baseline: { name: best!.design, ns: nsOf(timings, best!), ...others },
    samples: timings.clock.length,
  };
  return rowOf(target, finding, command);
}

const ratio = (timings: Timings, over: Lane, under: Lane): number => {
  const below = timings.lanes.get(under)!;
  return median(timings.lanes.get(over)!.map((ns, round) => ns / below[round]!));
};

const nsOf = (timings: Timings, one: Lane): number => tenths(median(timings.lanes.get(one)!));
const tenths = (ns: number): number => Math.round(ns * 10) / 10;
