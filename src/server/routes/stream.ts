import { z } from 'zod';
import type { StreamEvent } from '../../conversation/stream-subscription.ts';
import { OrchestratorError } from '../../core/errors.ts';
import type { PromptRequest } from '../../core/request.ts';
import { isIn } from '../access.ts';
import { errorBody, faultOf } from '../error-reply.ts';
import { inferRequest, sessionField } from '../request-body.ts';
import { headerSettings, requestIdOf, waitingOptions } from '../request-headers.ts';
import { type Call, NO_BODY, route } from '../route.ts';
import { positionOf, streamAnswer, streamStored } from '../streams/answer-stream.ts';
import { serveSocket } from '../streams/socket.ts';

const EVENTS = 'Server-sent events: `start`, `token`…, then `done` (usage, source, cost) or `error`.';

const prompt = z.string().min(1).optional();

export const streamRoutes = [
  route({
    method: 'GET',
    paths: ['/v1/stream/sse'],
    summary: 'The answer to `?input=` as it comes; without it, the live text of a session (`X-Session-Id`)',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: {
      query: z.strictObject({
        input: prompt,
        session_id: sessionField.optional(),
        model: z.string().min(1).max(256).optional(),
      }),
      replies: { 200: EVENTS },
    },
    handle: (call) => stream(call, call.query),
  }),
  route({
    method: 'POST',
    paths: ['/api/v1/stream'],
    summary: 'The answer to a prompt as it comes; without one, the live text of a session',
    auth: 'key',
    limits: { bodyBytes: 'configured' },
    schema: {
      body: z.strictObject({
        prompt,
        input: prompt,
        session_id: sessionField.nullish(),
        model: z.string().min(1).max(256).nullish(),
      }),
      query: z.strictObject({ input: prompt, session_id: sessionField.optional() }),
      optionalBody: true,
      replies: { 200: EVENTS },
    },
    handle(call) {
      const { body, query } = call;
      return stream(call, {
        input: body.prompt ?? body.input ?? query.input,
        session_id: body.session_id ?? query.session_id,
        model: body.model ?? undefined,
      });
    },
  }),
  route({
    method: 'GET',
    paths: ['/v1/stream', '/api/v1/ws'],
    summary: 'A WebSocket: prompts in, tokens out, many at once',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 101: 'Frames of JSON: `ack`, `token`…, `complete` or `error`.' } },
    handle() {
      throw new OrchestratorError('request_invalid', 'This is a WebSocket: ask for an upgrade, or use /v1/stream/sse.');
    },
    socket: serveSocket,
  }),
] as const;

interface Asked {
  readonly input?: string | undefined;
  readonly session_id?: string | undefined;
  readonly model?: string | undefined;
}

type AnyCall = Call<unknown, unknown, unknown>;

function stream(call: AnyCall, { input, session_id, model }: Asked): Promise<void> {
  const { headers } = call;
  const from = positionOf(headers['last-event-id']);
  if (from !== null) return resume(call, from.id, from.offset);
  const settings = headerSettings(call);
  const session = session_id ?? settings.session;
  if (input === undefined) {
    if (session === undefined) throw faultOf('X-Session-Id', 'needs to be there, or a prompt as `input`');
    return follow(call, session);
  }
  const request = inferRequest(requestIdOf(call), { prompt: input, session_id: session, model }, settings);
  return begin(call, request);
}

/** Asks, and sends the answer as it comes; when the client goes, so does the request. */
async function begin({ service, headers, reply, requestId }: AnyCall, request: PromptRequest): Promise<void> {
  const handle = service.submissions.submit(request, waitingOptions(headers, true));
  const stream = service.streams.open(reply, requestId, 'answer');
  void stream.closed.then(() => stream.abandoned && handle.cancel());
  await streamAnswer(stream, request, handle);
}

/**
 * Goes on with an answer where a client has stopped reading it. One that nobody was promised has ended with its client:
 * 204 tells a browser not to ask again.
 */
async function resume({ service, visitor, reply, requestId }: AnyCall, id: string, offset: number): Promise<void> {
  const found = await service.submissions.accepted.find(id);
  const accepted = found !== undefined && isIn(visitor.scope, found.request) ? found : undefined;
  const handle = service.submissions.handle(id);
  if (accepted !== undefined && handle !== undefined) {
    return streamAnswer(service.streams.open(reply, requestId, 'answer'), accepted.request, handle, offset);
  }
  const outcome = accepted === undefined ? undefined : await service.submissions.outcome(id, 0);
  if (outcome === undefined || outcome === 'open') {
    reply.code(204);
    return undefined;
  }
  return streamStored(service.streams.open(reply, requestId, 'answer'), outcome, offset);
}

/** The live text of a session, whoever asks in it; it goes on until the client or the service ends it. */
async function follow({ service, visitor, reply, requestId }: AnyCall, session: string): Promise<void> {
  const stream = service.streams.open(reply, requestId, 'live');
  const subscription = service.engine.stream(session, visitor.tenant);
  void stream.closed.then(() => subscription.close());
  if (!(await stream.send('following', { session_id: session }))) return;
  for await (const event of subscription) {
    if (!(await stream.send(...shown(event)))) return;
  }
  stream.end();
}

function shown(event: StreamEvent): [event: string, data: object] {
  switch (event.kind) {
    case 'text':
      return ['token', { request_id: event.stream, text: event.text }];
    case 'end':
      return ['done', { request_id: event.stream, status: event.status }];
    case 'dropped': {
      const error = new OrchestratorError('slow_consumer', `${event.waiting} events waited for this client.`);
      return ['error', errorBody(error, '')];
    }
  }
}
