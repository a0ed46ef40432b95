import type { OutcomeRecord } from '../../core/outcome.ts';
import type { PromptRequest } from '../../core/request.ts';
import { errorOf, setAnswerHeaders } from '../answer.ts';
import { type AnyCall, answered, answeredOnce, claimOf } from '../routes/prompt.ts';

/** Asks, and resolves with the outcome of an answer; its headers are set. Throws what went wrong. */
export async function wholeReply(call: AnyCall, kind: string, request: PromptRequest): Promise<OutcomeRecord> {
  const { service, reply } = call;
  const arrivedAt = service.clock.now();
  const claim = claimOf(kind, call);
  const record = claim === undefined ? await answered(call, request) : await answeredOnce(call, request, claim);
  setAnswerHeaders(reply, record, service.clock.now() - arrivedAt);
  const error = errorOf(record);
  if (error !== null) throw error;
  return record;
}
