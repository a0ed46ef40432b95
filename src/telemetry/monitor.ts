import type { Clock, Timer } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import type { PoolSample } from '../inference/pool/controller.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { PipelineObserver } from '../pipeline/settlement.ts';
import { STAGES, type StageName } from '../pipeline/stages.ts';
import { HISTORY_POINTS, LatencyWindow } from './latency-window.ts';
import { RecentRequests } from './recent-requests.ts';
import type { LatencySnapshot, Snapshot, StageSnapshot } from './snapshot.ts';

const SECOND_MS = 1000;

/** Ends that nobody wanted. */
const LOSSES = ['blocked', 'limited', 'shed', 'expired', 'failed'] as const;
export type Loss = (typeof LOSSES)[number];

/** What the rates are made of. */
const COUNTED = ['submitted', 'settled', ...LOSSES] as const;
type Counts = Record<(typeof COUNTED)[number], number>;

/** Measures the pipeline: latencies a stage and altogether, rates and their history. It only listens. */
export class Monitor implements PipelineObserver {
  /** The latest of them. */
  readonly requests: RecentRequests;
  private readonly clock: Clock;
  private readonly stageLatency = STAGES.map(() => new LatencyWindow());
  private readonly latency = new LatencyWindow();
  private readonly outHistory: number[] = new Array<number>(HISTORY_POINTS).fill(0);
  private readonly seen: Counts = { submitted: 0, settled: 0, blocked: 0, limited: 0, shed: 0, expired: 0, failed: 0 };
  private seenAt = 0;
  private lastRates = { in: 0, out: 0, shed: 0 };
  private readonly onTimed: (job: Job) => void;
  private readonly onCallbackFailed: (job: Job, error: unknown) => void;
  private readonly onLost: (how: Loss, requests: number) => void;
  /** What each stage had done at the latest reset. */
  private doneBefore: readonly number[] = STAGES.map(() => 0);
  private timer: Timer | null = null;
  private changes = 0;
  private quietS: number = HISTORY_POINTS;

  /** @param onLost hears once a second how many requests were lost in it, and how; never of none */
  constructor(
    clock: Clock,
    onCallbackFailed: (job: Job, error: unknown) => void,
    onLost: (how: Loss, requests: number) => void,
    onTimed: (job: Job) => void,
  ) {
    this.onTimed = onTimed;
    this.clock = clock;
    this.requests = new RecentRequests(clock);
    this.onCallbackFailed = onCallbackFailed;
    this.onLost = onLost;
  }

  /** Starts the once-a-second round over `pipeline`; it never keeps the process alive. */
  start(pipeline: Pipeline): void {
    this.seenAt = this.clock.now();
    const round = (): void => {
      this.tick(pipeline);
      this.timer = this.clock.after(SECOND_MS, round, true);
    };
    this.timer = this.clock.after(SECOND_MS, round, true);
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** Starts counting and measuring anew; what is in flight stays counted. */
  reset(pipeline: Pipeline): void {
    const before = countsOf(pipeline);
    pipeline.counters.reset();
    const after = countsOf(pipeline);
    // The rates of the second that is going on stay true.
    for (const key of COUNTED) this.seen[key] -= before[key] - after[key];
    this.doneBefore = STAGES.map((_, stage) => pipeline.passed(stage));
    for (const window of [...this.stageLatency, this.latency]) window.reset();
    this.outHistory.fill(0);
    this.quietS = 0;
    this.changes++;
  }

  stageTimed(stage: number, ms: number): void {
    this.stageLatency[stage]!.record(ms);
  }

  requestEnded(job: Job): void {
    const { trace } = job;
    if (trace !== null) {
      this.latency.record(trace.endedAt - trace.acceptedAt);
      this.onTimed(job);
    }
    this.requests.add(job);
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
      done: pipeline.passed(i) - this.doneBefore[i]!,
      ...picture(this.stageLatency[i]!),
    });
    return { rag: stage(0), assemble: stage(1), inference: stage(2), post_process: stage(3), stream: stage(4) };
  }

  private tick(pipeline: Pipeline): void {
    const at = this.clock.now();
    const seconds = (at - this.seenAt) / SECOND_MS || 1;
    this.seenAt = at;
    const { seen } = this;
    const now = countsOf(pipeline);
    const perSecond = (key: keyof Counts): number => Math.round((now[key] - seen[key]) / seconds);
    for (const how of LOSSES) if (now[how] > seen[how]) this.onLost(how, now[how] - seen[how]);
    this.lastRates = { in: perSecond('submitted'), out: perSecond('settled'), shed: perSecond('shed') };
    // A second without traffic changes nothing once the history has run empty.
    if (now.submitted !== seen.submitted || now.settled !== seen.settled) this.quietS = 0;
    else this.quietS++;
    if (this.quietS <= HISTORY_POINTS) this.changes++;
    Object.assign(seen, now);
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

function countsOf({ counters }: Pipeline): Counts {
  const { submitted, settled, blocked, limited, shed, expired, failed } = counters;
  return { submitted, settled, blocked, limited, shed, expired, failed };
}

/** To the microsecond; what was measured is never rounded down to 0, which says that nothing was. */
const rounded = (ms: number): number => (ms > 0 ? Math.max(Math.round(ms * 1000), 1) / 1000 : 0);

function picture(window: LatencyWindow): LatencySnapshot {
  return {
    p50_ms: rounded(window.quantile(0.5)),
    p95_ms: rounded(window.quantile(0.95)),
    p99_ms: rounded(window.quantile(0.99)),
    history: window.history.map(rounded),
  };
}
