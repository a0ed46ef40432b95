import { STAGES, type StageName } from '../../../src/pipeline/stages.ts';
import type { Snapshot, StageSnapshot } from '../../../src/telemetry/snapshot.ts';

export interface StageFlow extends Pick<StageSnapshot, 'depth' | 'capacity' | 'busy' | 'limit' | 'history'> {
  readonly label: string;
  /** Milliseconds from the end of the stage before to the end of this one, waiting included: p50, p95, p99. */
  readonly quantilesMs: readonly number[];
}

/** The five stages, what waits for them, what they work on, and what comes in and out. */
export interface FlowModel {
  readonly rates: Snapshot['rates'];
  readonly stages: readonly StageFlow[];
}

const LABELS: Readonly<Record<StageName, string>> = {
  rag: 'RAG',
  assemble: 'ASSEMBLE',
  inference: 'INFERENCE',
  post_process: 'POST',
  stream: 'STREAM',
};

export function flowModel({ rates, stages }: Snapshot): FlowModel {
  return {
    rates,
    stages: STAGES.map((name) => {
      const { depth, capacity, busy, limit, history, p50_ms, p95_ms, p99_ms } = stages[name];
      return { label: LABELS[name], depth, capacity, busy, limit, history, quantilesMs: [p50_ms, p95_ms, p99_ms] };
    }),
  };
}
