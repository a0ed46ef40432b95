import type { AdmissionEvents } from '../admission/events.ts';
import type { DeadLetter } from '../core/dead-letter.ts';
import type { InferenceEvents } from '../inference/events.ts';
import type { ReuseEvents } from '../reuse/events.ts';

/** What the engine tells whoever listens. */
export interface EngineEvents extends AdmissionEvents, InferenceEvents, ReuseEvents {
  'pipeline.dead_lettered': { readonly letter: DeadLetter };
  /** A source of context has a fault; requests go on without it. */
  'retrieval.warned': { readonly message: string };
  'pipeline.callback_failed': { readonly id: string; readonly error: unknown };
}
