import { leastSquaresSlope, median } from '../../../src/primitives/statistics.ts';
import { repeat } from '../repeat.ts';
import { type Row, rowOf, type Target } from '../row.ts';
import type { Bench } from '../scenario.ts';

const P7: Target = { id: 'P7', what: 'growth exponent of total time', target: 1.05, better: 'lower' };
const P8_KEPT: Target = { id: 'P8.kept', what: 'heap kept after 1 M requests, KB', target: 256, better: 'lower' };
const P8_QUEUED: Target = {
  id: 'P8.queued',
  what: 'heap of 100 k queued 1 KB / payload',
  target: 1.5,
  better: 'lower',
};
const P22: Target = { id: 'P22', what: 'run-to-completion p99 / p50', target: 2.5, better: 'lower' };

export const SINGLE_TARGETS: readonly Target[] = [P7, P8_KEPT, P8_QUEUED, P22];

const KB = 1024;

/** The figures that look at the engine alone: P7, P8 and P22. */
export async function measureSingles(bench: Bench): Promise<readonly Row[]> {
  return [await growth(bench), await kept(bench), await queued(bench), await latency(bench)];
}

/** How total time grows with the number of requests: the slope between the logarithms, 1 for a straight line. */
async function growth(bench: Bench): Promise<Row> {
  const sizes = bench.quick ? [250, 500, 1000] : [1000, 10_000, 100_000, 1_000_000];
  const runs = await repeat(bench, 'growth', () => bench.measure<'growth'>({ kind: 'growth', sizes }));
  const slopes = runs.map(({ totalMs }) =>
    leastSquaresSlope(sizes.map((size, i) => [Math.log(size), Math.log(totalMs[i]!)])),
  );
  const ours = Object.fromEntries(sizes.map((size, i) => [`${size}_ms`, rounded(runs.map((run) => run.totalMs[i]!))]));
  const finding = { value: median(slopes), ours, baseline: { name: 'linear', exponent: 1 }, samples: runs.length };
  return rowOf(P7, finding, bench.command);
}

async function kept(bench: Bench): Promise<Row> {
  const requests = bench.quick ? 1000 : 1_000_000;
  const runs = await repeat(bench, 'heap kept', () => bench.measure<'kept'>({ kind: 'kept', requests }));
  const value = median(runs.map(({ bytes }) => bytes / KB));
  const finding = { value, ours: { requests }, baseline: { name: 'heap before', kb: 0 }, samples: runs.length };
  return rowOf(P8_KEPT, finding, bench.command);
}

async function queued(bench: Bench): Promise<Row> {
  const task = { kind: 'queued', requests: bench.quick ? 1000 : 100_000, promptBytes: KB } as const;
  const at = (roomAt: 'rag' | 'inference') => () => bench.measure<'queued'>({ ...task, roomAt });
  const runs = await repeat(bench, 'heap of requests queued at the entry', at('rag'));
  const further = await repeat(bench, 'heap of requests queued at inference', at('inference'));
  const finding = {
    value: median(runs.map(({ heapBytes, payloadBytes }) => heapBytes / payloadBytes)),
    ours: {
      bytes_per_request: rounded(runs.map(({ heapBytes }) => heapBytes / task.requests)),
      at_inference_bytes: rounded(further.map(({ heapBytes }) => heapBytes / task.requests)),
    },
    baseline: { name: 'payload', bytes_per_request: KB },
    samples: runs.length,
  };
  return rowOf(P8_QUEUED, finding, bench.command);
}

async function latency(bench: Bench): Promise<Row> {
  const requests = bench.quick ? 2000 : 1_000_000;
  const runs = await repeat(bench, 'latency', () => bench.measure<'latency'>({ kind: 'latency', requests }));
  const finding = {
    value: median(runs.map(({ p50Ns, p99Ns }) => p99Ns / p50Ns)),
    ours: { p50_ns: rounded(runs.map((run) => run.p50Ns)), p99_ns: rounded(runs.map((run) => run.p99Ns)) },
    baseline: { name: 'timer, subtracted', ns: rounded(runs.map((run) => run.timerNs)) },
    samples: runs.length,
  };
  return rowOf(P22, finding, bench.command);
}

const rounded = (values: readonly number[]): number => Math.round(median(values) * 1000) / 1000;
