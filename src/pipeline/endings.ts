import { OrchestratorError } from '../core/errors.ts';
import type { OutcomeStatus } from '../core/outcome.ts';

/** A way for a request to end early. Such ends are expected and may come by the million: one error each, made once. */
export interface Ending {
  readonly status: OutcomeStatus;
  readonly error: OrchestratorError;
}

const ending = (status: OutcomeStatus, error: OrchestratorError): Ending => ({ status, error });

export const ENDINGS = {
  queueFull: ending('shed', new OrchestratorError('queue_full', 'The entry queue is full.')),
  draining: ending('shed', new OrchestratorError('draining', 'The engine is stopping.')),
  cancelled: ending('cancelled', new OrchestratorError('cancelled', 'The request was cancelled.')),
  expired: ending(
    'expired',
    new OrchestratorError('deadline_exceeded', 'The deadline passed before there was an answer.'),
  ),
  interrupted: ending(
    'failed',
    new OrchestratorError('interrupted', 'The process stopped before there was an answer.'),
  ),
} as const;

/** The outcome that a step's error leads to. */
export function statusOf(error: OrchestratorError): OutcomeStatus {
  if (error.code === 'deadline_exceeded') return 'expired';
  // Nothing was done for it: too many wait for calls of others.
  if (error.code === 'queue_full') return 'shed';
  return error.code === 'cancelled' ? 'cancelled' : 'failed';
}
