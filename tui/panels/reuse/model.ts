import type { ReusePicture } from '../../../src/reuse/reuse-record.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

/** A way of having an answer without asking for it. */
export interface ReuseWay {
  readonly name: string;
  readonly times: number;
  /** Of all requests that were looked at, 0…1. */
  readonly share: number;
}

export interface ReuseModel
  extends Pick<ReusePicture, 'entries' | 'capacity' | 'followers' | 'avoided_calls' | 'avoided_tokens'> {
  readonly ways: readonly ReuseWay[];
}

/** Answers that needed no call of their own; null while nothing is reused. */
export function reuseModel({ reuse }: Pick<Snapshot, 'reuse'>): ReuseModel | null {
  if (reuse === undefined) return null;
  const { exact_hits, in_flight_joins, dedup_semantic_hits_total, misses } = reuse;
  const all = exact_hits + in_flight_joins + dedup_semantic_hits_total + misses;
  const way = (name: string, times: number): ReuseWay => ({ name, times, share: all === 0 ? 0 : times / all });
  const { entries, capacity, followers, avoided_calls, avoided_tokens } = reuse;
  return {
    ...{ entries, capacity, followers, avoided_calls, avoided_tokens },
    ways: [way('exact', exact_hits), way('in flight', in_flight_joins), way('near', dedup_semantic_hits_total)],
  };
}
