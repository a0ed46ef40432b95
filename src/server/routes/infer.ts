import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import type { OutcomeRecord } from '../../core/outcome.ts';
import type { AcceptedRequest } from '../../storage/accepted-requests.ts';
import { isIn, type Visitor } from '../access.ts';
import { answerOf, errorOf } from '../answer.ts';
import { errorBody } from '../error-reply.ts';
import { idField, inferBody, inferRequest, sessionField } from '../request-body.ts';
import { headerSettings, keepsRequest, requestIdOf, waitingOptions } from '../request-headers.ts';
import { NO_BODY, route } from '../route.ts';
import type { Service } from '../service.ts';
import { positionOf, streamAnswer, streamStored } from '../streams/answer-stream.ts';
import { answerSchema, claimOf } from './prompt.ts';

const idParams = z.strictObject({ id: idField });

const waitSeconds = z.coerce.number().min(0).max(600);

const statusSchema = z.looseObject({
  request_id: z.string(),
  session_id: z.string().nullable(),
  status: z.string().describe('processing, or how it ended'),
});

export const inferRoutes = [
  route({
    method: 'POST',
    paths: ['/api/v1/infer'],
    summary: 'Accept a prompt; its answer is fetched, or streamed with `stream: true`',
    auth: 'key',
    limits: { bodyBytes: 'configured' },
    schema: {
      body: inferBody,
      replies: { 202: statusSchema, 200: 'Server-sent events: `start`, `token`…, then `done` or `error`.' },
    },
    async handle(call) {
      const { service, body, headers, reply, requestId } = call;
      const request = inferRequest(requestIdOf(call), body, headerSettings(call));
      const claim = claimOf('infer', call);
      if (body.stream === true && claim === undefined) {
        const handle = service.submissions.submit(request, waitingOptions(headers, true));
        const stream = service.streams.open(reply, requestId, 'answer');
        void stream.closed.then(() => stream.abandoned && handle.cancel());
        return streamAnswer(stream, request, handle);
      }
      const caller = { keeps: keepsRequest(headers), streams: body.stream === true };
      const { id, replayed } = await service.submissions.accept(request, claim, caller);
      if (replayed) reply.header('idempotent-replayed', 'true');
      if (body.stream !== true) {
        reply.code(202);
        const session = replayed
          ? ((await service.submissions.accepted.find(id))?.request.session ?? null)
          : request.session;
        return { request_id: id, session_id: session ?? null, status: 'processing' };
      }
      const from = positionOf(headers['last-event-id']);
      const offset = from?.id === id ? from.offset : 0;
      const handle = service.submissions.handle(id);
      if (handle !== undefined) {
        return streamAnswer(service.streams.open(reply, requestId, 'answer'), { ...request, id }, handle, offset);
      }
      const outcome = await service.submissions.outcome(id, 0);
      if (outcome === undefined || outcome === 'open') throw notFinished(id);
      return streamStored(service.streams.open(reply, requestId, 'answer'), outcome, offset);
    },
  }),
  route({
    method: 'GET',
    paths: ['/api/v1/status/:id'],
    summary: 'How far an accepted request is, at once',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { params: idParams, replies: { 200: statusSchema } },
    handle: async ({ service, visitor, params: { id } }) => statusOf(await seen(service, visitor, id)),
  }),
  route({
    method: 'GET',
    paths: ['/api/v1/result/:id'],
    summary: 'The outcome of an accepted request, as soon as there is one',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: {
      params: idParams,
      query: z.strictObject({
        timeout_secs: waitSeconds.default(30).describe('Answered with 408 when there is no outcome by then.'),
      }),
      replies: { 200: answerSchema },
    },
    async handle({ service, visitor, params: { id }, query: { timeout_secs } }) {
      await seen(service, visitor, id);
      const outcome = await service.submissions.outcome(id, timeout_secs * 1000);
      if (outcome === undefined) throw unknownRequest(id);
      if (outcome === 'open') throw notFinished(id);
      const error = errorOf(outcome);
      if (error !== null) throw error;
      return { status: outcome.status, ...answerOf(outcome) };
    },
  }),
  route({
    method: 'GET',
    paths: ['/api/v1/results'],
    summary: 'Accepted requests, newest first',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: {
      query: z.strictObject({
        session_id: sessionField.optional(),
        filter: z
          .enum(['processing', 'completed', 'blocked', 'limited', 'shed', 'expired', 'failed', 'cancelled'])
          .optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.coerce.number().int().min(1).optional().describe('`next_cursor` of the page before.'),
      }),
      replies: { 200: z.looseObject({ results: z.array(z.unknown()), next_cursor: z.number().nullable() }) },
    },
    async handle({ service, visitor: { scope }, query: { session_id, filter, limit, cursor } }) {
      const page = await service.submissions.accepted.list({
        limit: limit + 1,
        ...(session_id === undefined ? {} : { session: session_id }),
        ...(filter === undefined ? {} : { status: filter }),
        ...(cursor === undefined ? {} : { before: cursor }),
        ...(scope === undefined ? {} : { tenant: scope }),
      });
      const shown = page.slice(0, limit);
      return {
        results: shown.map(resultOf),
        next_cursor: page.length > limit ? shown.at(-1)!.seq : null,
      };
    },
  }),
] as const;

function statusOf({ request, status, acceptedAt, batch }: AcceptedRequest) {
  return {
    request_id: request.id,
    session_id: request.session ?? null,
    status: status ?? 'processing',
    accepted_at: acceptedAt / 1000,
    ...(batch === null ? {} : { job_id: batch }),
  };
}

/** A request with its answer, or its error. */
export function resultOf(accepted: AcceptedRequest) {
  const base = statusOf(accepted);
  if (accepted.outcome === null) return base;
  const outcome = JSON.parse(accepted.outcome) as OutcomeRecord;
  const error = errorOf(outcome);
  return { ...base, ...answerOf(outcome), ...(error === null ? {} : errorBody(error, outcome.id)) };
}

/** An accepted request, for one who may see it. Throws `not_found`. */
export async function seen(
  { submissions }: Pick<Service, 'submissions'>,
  { scope }: Visitor,
  id: string,
): Promise<AcceptedRequest> {
  const accepted = await submissions.accepted.find(id);
  if (accepted === undefined || !isIn(scope, accepted.request)) throw unknownRequest(id);
  return accepted;
}

const unknownRequest = (id: string): OrchestratorError =>
  new OrchestratorError('not_found', `No request ${id} was accepted here, or its outcome is not kept any more.`);

const notFinished = (id: string): OrchestratorError =>
  new OrchestratorError('not_finished', `Request ${id} has no outcome yet.`);
