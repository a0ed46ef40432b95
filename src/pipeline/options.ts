import type { Clock } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import type { Ending } from './endings.ts';
import type { PipelineObserver, Recorder } from './settlement.ts';
import type { Stage } from './stages.ts';

export interface PipelineOptions {
  readonly stages: readonly Stage[];
  readonly clock: Clock;
  readonly observer: PipelineObserver;
  readonly recorder: Recorder;
  /** Looks at every request before anything else does; what it returns is the request's end. */
  readonly admit?: ((job: Job) => Ending | null) | undefined;
  /** Milliseconds of synchronous work after which timers and sockets get a turn. Default 1. */
  readonly sliceMs?: number;
}
