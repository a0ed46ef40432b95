import type { DeadLetter } from '../core/dead-letter.ts';

/** What the engine tells whoever listens. */
export interface EngineEvents {
  'pipeline.dead_lettered': { readonly letter: DeadLetter };
  /** A source of context has a fault; requests go on without it. */
  'retrieval.warned': { readonly message: string };
  'pipeline.callback_failed': { readonly id: string; readonly error: unknown };
}
