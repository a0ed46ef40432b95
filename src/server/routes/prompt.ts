import { z } from 'zod';
import { digestOf } from '../../core/canonical-json.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { type Outcome, type OutcomeRecord, outcomeRecord } from '../../core/outcome.ts';
import type { PromptRequest } from '../../core/request.ts';
import type { KeyClaim } from '../../storage/accepted-requests.ts';
import { answerOf, errorOf, setAnswerHeaders } from '../answer.ts';
import { promptBody, promptRequest } from '../request-body.ts';
import { headerSettings, idempotencyKey, keepsRequest, requestIdOf, waitingOptions } from '../request-headers.ts';
import { type Call, route } from '../route.ts';
import { UNTIL_ENDED_MS, wasNotTried } from '../submissions.ts';

export const answerSchema = z.looseObject({
  request_id: z.string(),
  session_id: z.string().nullable(),
  output: z.string(),
  source: z.string().nullable().describe('model, cache, coalesced or near_duplicate'),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  usage: z.looseObject({ input_tokens: z.number(), output_tokens: z.number() }).nullable(),
  latency_ms: z.number().nullable(),
  cost_usd: z.number().nullable(),
});

export const promptRoutes = [
  route({
    method: 'POST',
    paths: ['/v1/prompt'],
    summary: 'Answer a prompt, and wait for the answer',
    auth: 'key',
    limits: { bodyBytes: 'configured' },
    schema: { body: promptBody, replies: { 200: answerSchema } },
    handle(call) {
      const { service, body } = call;
      const arrivedAt = service.clock.now();
      const request = promptRequest(requestIdOf(call), body, headerSettings(call));
      const claim = claimOf('prompt', call);
      const record = claim === undefined ? answered(call, request) : answeredOnce(call, request, claim);
      if (record instanceof Promise) return record.then((ended) => replyTo(call, ended, arrivedAt));
      return replyTo(call, record, arrivedAt);
    },
  }),
] as const;

export type AnyCall = Call<unknown, unknown, unknown>;

/** The key of a request, and what it may stand for: the same route and body. */
export function claimOf(kind: string, { headers, visitor: { tenant }, body }: AnyCall): KeyClaim | undefined {
  const key = idempotencyKey(headers);
  if (key === undefined) return undefined;
  // Two tenants may use the same one; neither has a space in it.
  return { key: tenant === undefined ? key : `${tenant} ${key}`, digest: digestOf({ kind, body }) };
}

/**
 * An answer for this caller alone: when the caller goes, so does the request. Comes without a promise when nothing had to
 * be waited for.
 */
export function answered(call: AnyCall, request: PromptRequest): OutcomeRecord | Promise<OutcomeRecord> {
  const { engine, submissions } = call.service;
  submissions.refuseWhileDraining();
  let outcome: Outcome | null = null;
  let tell: (() => void) | null = null;
  // With options of its own it is timed: its headers tell how long it took, and it can be explained.
  const job = engine.submitWith(request, waitingOptions(call.headers, false), (ended) => {
    outcome = ended;
    tell?.();
  });
  const recorded = () => outcomeRecord(outcome!);
  if (outcome !== null) return recorded();
  const stays = call.reply.onGone(() => engine.cancel(job));
  return new Promise<void>((resolve) => {
    tell = resolve;
  }).then(() => {
    stays();
    return recorded();
  });
}

/** The body of the reply, its headers set; throws what the request failed with. */
function replyTo({ service, reply }: AnyCall, record: OutcomeRecord, arrivedAt: number) {
  setAnswerHeaders(reply, record, service.clock.now() - arrivedAt);
  const error = errorOf(record);
  if (error !== null) throw error;
  return answerOf(record);
}

/**
 * An answer under a key: it goes on when the caller goes, because the caller, or the next one with that key, will come
 * for it.
 */
export async function answeredOnce(
  { service, headers, reply }: AnyCall,
  request: PromptRequest,
  claim: KeyClaim,
): Promise<OutcomeRecord> {
  const { submissions } = service;
  const caller = { waits: true, keeps: keepsRequest(headers) };
  const { id, replayed } = await submissions.accept(request, claim, caller);
  if (replayed) reply.header('idempotent-replayed', 'true');
  const outcome = await submissions.outcome(id, UNTIL_ENDED_MS);
  if (outcome === undefined || outcome === 'open') {
    submissions.refuseWhileDraining();
    throw new OrchestratorError('not_finished', 'What this Idempotency-Key stands for is still worked on elsewhere.');
  }
  // Says that the key now stands for this outcome; without it the key is free for another try.
  if (!wasNotTried(outcome)) reply.header('idempotency-key', idempotencyKey(headers)!);
  return outcome;
}
