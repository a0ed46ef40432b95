import type { Entrance } from '../admission/admission.ts';
import type { Clock } from '../core/clock.ts';
import type { PipelineObserver, Recorder } from './settlement.ts';
import type { Stage } from './stages.ts';

export interface PipelineOptions {
  readonly stages: readonly Stage[];
  readonly clock: Clock;
  readonly observer: PipelineObserver;
  readonly recorder: Recorder;
  /** What every request must pass before anything else. */
  readonly admit?: Entrance | null | undefined;
  /** Milliseconds of synchronous work after which timers and sockets get a turn. Default 1. */
  readonly sliceMs?: number;
}
