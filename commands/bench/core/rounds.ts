import type { Bench } from '../scenario.ts';
import type { DesignName } from '../worker/task.ts';
import type { Work } from '../worker/work.ts';

/** One design under one load. */
export interface Lane {
  readonly design: DesignName;
  readonly work: Work;
  readonly clients: number;
}

export const lane = (design: DesignName, work: Work, clients: number): Lane => ({ design, work, clients });

/** What the rounds found: nanoseconds a request or a clock read, one value a round. */
export interface Timings {
  readonly clock: readonly number[];
  readonly lanes: ReadonlyMap<Lane, readonly number[]>;
  /** Packages that lanes needed and that are not installed. */
  readonly missing: ReadonlyMap<Lane, string>;
}

/**
 * Lets the lanes take turns, each turn in a fresh process: whatever else the machine does hits all alike, and a
 * compiler that decided well or badly for one process decides anew for the next.
 */
export async function runRounds(bench: Bench, lanes: readonly Lane[]): Promise<Timings> {
  const clock: number[] = [];
  const found = new Map<Lane, number[]>(lanes.map((one) => [one, []]));
  const missing = new Map<Lane, string>();
  for (const round of bench.rounds()) {
    for (const one of lanes) {
      if (missing.has(one)) continue;
      bench.progress(`${round}: ${one.design}, ${one.work}, clients ${one.clients}`);
      const result = await bench.measure<'throughput'>({ kind: 'throughput', ...one, ...sizeOf(one, bench.quick) });
      if ('missing' in result) missing.set(one, result.missing);
      else found.get(one)!.push(result.ns);
    }
    bench.progress(`${round}: clock`);
    clock.push((await bench.measure<'clock'>({ kind: 'clock', reads: bench.quick ? 1000 : 100_000, batches: 50 })).ns);
  }
  return { clock, lanes: found, missing };
}

/** Batches of some 20 ms: long enough for collections to fall into each, short enough to lie between interruptions. */
function sizeOf({ work }: Lane, quick: boolean): { requests: number; batches: number } {
  if (quick) return { requests: 500, batches: 2 };
  return work === 'echo' ? { requests: 50_000, batches: 30 } : { requests: 200_000, batches: 30 };
}
