import type { Clock, Timer } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import type { PoolSample } from '../inference/pool/controller.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { PipelineObserver } from '../pipeline/settlement.ts';
import { STAGES, type StageName } from '../pipeline/stages.ts';
import { HISTORY_POINTS, LatencyWindow } from './latency-window.ts';
import type { LatencySnapshot, Snapshot, StageSnapshot } from './snapshot.ts';

const SECOND_MS = 1000;

/** Measures the pipeline: latencies a stage and altogether, rates and their history. It only listens. */
export class Monitor implements PipelineObserver {
  private readonly clock: Clock;
  private readonly stageLatency = STAGES.map(() => new LatencyWindow());
  private readonly latency = new LatencyWindow();
  private readonly outHistory: number[] = new Array<number>(HISTORY_POINTS).fill(0);
  private seen = { submitted: 0, settled: 0, shed: 0, at: 0 };
  private lastRates = { in: 0, out: 0, shed: 0 };
  private readonly onCallbackFailed: (job: Job, error: unknown) => void;
  private timer: Timer | null = null;
  private changes = 0;
  private quietS: number = HISTORY_POINTS;

  constructor(clock: Clock, onCallbackFailed: (job: Job, error: unknown) => void) {
    this.clock = clock;
    this.onCallbackFailed = onCallbackFailed;
  }

  /** Starts the once-a-second round over `pipeline`; it never keeps the process alive. */
  start(pipeline: Pipeline): void {
    this.seen.at = this.clock.now();
    const round = (): void => {
      this.tick(pipeline);
      this.timer = this.clock.after(SECOND_MS, round, true);
    };
    this.timer = this.clock.after(SECOND_MS, round, true);
  }

  stop(): void {
    this.timer?.cancel();
  }

  stageTimed(stage: number, ms: number): void {
    this.stageLatency[stage]!.record(ms);
  }

  requestTimed(ms: number): void {
    this.latency.record(ms);
  }

  callbackFailed(job: Job, error: unknown): void {
    this.onCallbackFailed(job, error);
  }

  /** Changes whenever one of the pictures below would. */
  stamp(pipeline: Pipeline): string {
    const { submitted, settled } = pipeline.counters;
    const depths = pipeline.queues.map(({ count }, stage) => `${count}+${pipeline.busy[stage]}`);
    return `${pipeline.state} ${submitted} ${settled} ${depths.join(' ')} ${this.changes}`;
  }

  rates(): Snapshot['rates'] {
    return this.lastRates;
  }

  throughput(): Snapshot['throughput'] {
    return { per_s: this.lastRates.out, history: [...this.outHistory] };
  }

  overall(): LatencySnapshot {
    return picture(this.latency);
  }

  stages(pipeline: Pipeline): Readonly<Record<StageName, StageSnapshot>> {
    const stage = (i: number): StageSnapshot => ({
      depth: pipeline.queues[i]!.count,
      capacity: pipeline.queues[i]!.capacity,
      busy: pipeline.busy[i]!,
      limit: pipeline.limits[i]!,
      done: pipeline.passed(i),
      ...picture(this.stageLatency[i]!),
    });
    return { rag: stage(0), assemble: stage(1), inference: stage(2), post_process: stage(3), stream: stage(4) };
  }

  private tick(pipeline: Pipeline): void {
    const { counters } = pipeline;
    const at = this.clock.now();
    const seconds = (at - this.seen.at) / SECOND_MS || 1;
    const now = { submitted: counters.submitted, settled: counters.settled, shed: counters.byStatus.shed, at };
    // After a reset the counters start anew, and so does the difference.
    const perSecond = (key: 'submitted' | 'settled' | 'shed'): number =>
      Math.round((now[key] >= this.seen[key] ? now[key] - this.seen[key] : now[key]) / seconds);
    this.lastRates = { in: perSecond('submitted'), out: perSecond('settled'), shed: perSecond('shed') };
    // A second without traffic changes nothing once the history has run empty.
    if (now.submitted !== this.seen.submitted || now.settled !== this.seen.settled) this.quietS = 0;
    else this.quietS++;
    if (this.quietS <= HISTORY_POINTS) this.changes++;
    this.seen = now;
    this.outHistory.push(this.lastRates.out);
    this.outHistory.shift();
    for (const window of this.stageLatency) window.tick();
    this.latency.tick();
  }
}

/** The inference stage as what decides about its workers sees it. */
export function poolSampleOf(pipeline: Pipeline, monitor: Monitor): Omit<PoolSample, 'now'> {
  const { depth, capacity, limit: workers, busy, p99_ms: latencyMs } = monitor.stages(pipeline).inference;
  return { depth, capacity, workers, busy, latencyMs };
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

function picture(window: LatencyWindow): LatencySnapshot {
  return {
    p50_ms: rounded(window.quantile(0.5)),
    p95_ms: rounded(window.quantile(0.95)),
    p99_ms: rounded(window.quantile(0.99)),
    history: window.history.map(rounded),
  };
}
