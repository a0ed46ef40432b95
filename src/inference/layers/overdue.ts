import type { LayeredAttempt } from '../../core/call.ts';
import type { Clock } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';

/** Fails an attempt whose deadline has passed before its provider was asked: a wait may end in the moment it is too late. */
export function overdue(attempt: LayeredAttempt, clock: Clock): boolean {
  const { deadlineAt } = attempt.call;
  if (deadlineAt === Number.POSITIVE_INFINITY || deadlineAt > clock.now()) return false;
  attempt.fail(new OrchestratorError('deadline_exceeded', 'The deadline passed before the provider was asked.'));
  return true;
}
