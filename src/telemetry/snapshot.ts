import type { AdmissionPicture } from '../admission/index.ts';
import type { SpendPicture } from '../admission/spend/ledger.ts';
import type { AggregatorStats } from '../conversation/stream-aggregator.ts';
import type { DeadLetterReason, DeadLetterReplayPicture } from '../core/dead-letter.ts';
import type { RoutingPicture } from '../inference/fleet.ts';
import type { PoolPicture } from '../inference/pool/pool.ts';
import type { ProviderPicture } from '../inference/provider-record.ts';
import type { PluginPicture } from '../pipeline/plugins/plugin.ts';
import type { StageName } from '../pipeline/stages.ts';
import type { Totals } from '../pipeline/totals.ts';
import type { RetrievalPicture } from '../prompts/retrieval/retrieval.ts';
import type { ShapingPictures } from '../prompts/text-shaping.ts';
import type { ReusePicture } from '../reuse/reuse-record.ts';
import type { LogEntry } from './log.ts';

/**
 * Latencies in milliseconds, 0 where nothing was measured; `history` is the p95 of each of the last 60 seconds, oldest
 * first.
 */
export interface LatencySnapshot {
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  readonly history: readonly number[];
}

export interface StageSnapshot extends LatencySnapshot {
  /** Jobs that wait for the stage. */
  readonly depth: number;
  readonly capacity: number;
  /** Jobs inside it. */
  readonly busy: number;
  readonly limit: number;
  /** Jobs that have passed it. */
  readonly done: number;
}

/** The one picture of a running engine that everybody shows; the same JSON over the network. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly name: string;
  readonly version: string;
  readonly node: string;
  readonly state: 'running' | 'draining' | 'stopped';
  readonly uptime_ms: number;
  readonly totals: Totals;
  /** Requests a second over the last second. */
  readonly rates: { readonly in: number; readonly out: number; readonly shed: number };
  readonly stages: Readonly<Record<StageName, StageSnapshot>>;
  /** From acceptance to outcome. */
  readonly latency: LatencySnapshot;
  /** Outcomes a second. */
  readonly throughput: { readonly per_s: number; readonly history: readonly number[] };
  /** `cost_usd` of those that are paid. */
  readonly providers: Readonly<Record<string, ProviderPicture & { readonly cost_usd?: number }>>;
  /** Who answers what; absent while there is nothing to choose. */
  readonly routing?: RoutingPicture;
  /** Absent for a fixed number of workers. */
  readonly pool?: PoolPicture;
  /** What was checked at the entry; absent when nothing is. */
  readonly admission?: AdmissionPicture;
  /** What was spent; absent when nobody is paid and nothing is limited. */
  readonly spend?: SpendPicture;
  /** Answers that needed no call of their own; absent while nothing is reused. */
  readonly reuse?: ReusePicture;
  /** Present when there are sources. */
  readonly retrieval?: RetrievalPicture;
  /** Texts that passed the transforms of a stage; absent without any. */
  readonly transforms?: ShapingPictures;
  /** By name; absent without any. */
  readonly plugins?: Readonly<Record<string, PluginPicture>>;
  /** Sessions that are followed live; absent until one is. */
  readonly streams?: AggregatorStats;
  readonly dead_letters: {
    /** In the memory ring. */
    readonly depth: number;
    readonly capacity: number;
    /** In the store; the ring's depth where there is no lasting store. */
    readonly stored: number;
    readonly by_reason: Readonly<Record<DeadLetterReason, number>>;
    /** Letters that are sent again. */
    readonly replay: DeadLetterReplayPicture;
  };
  readonly log: readonly LogEntry[];
}
