import type { WebSocket } from 'ws';
import { z } from 'zod';
import { OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import { outcomeRecord } from '../../core/outcome.ts';
import type { Handle } from '../../pipeline/handle.ts';
import type { Visitor } from '../access.ts';
import { answerOf, errorOf } from '../answer.ts';
import { errorBody, faultOf } from '../error-reply.ts';
import { parseJsonBody } from '../json-body.ts';
import {
  deadlineField,
  type HeaderSettings,
  idField,
  inferRequest,
  metadataField,
  priorityField,
  sessionField,
} from '../request-body.ts';
import type { Service } from '../service.ts';
import { checkedValue } from '../validation.ts';

const PING_MS = 30_000;
/** Messages in a window of a minute. */
const MESSAGES = 60;
const WINDOW_MS = 60_000;
/** Requests of one connection that may be in flight. */
const IN_FLIGHT = 64;
/** Bytes that may wait for a client; while they do, its answers wait where they come from. */
const BUFFER_BYTES = 1024 * 1024;
/** A client that has not read what fills its buffer for so long, milliseconds, is too slow. */
const SLOW_MS = 30_000;

const RATE_LIMITED = 4029;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

const text = z.string().min(1).optional();

const promptFrame = z.strictObject({
  type: z.literal('prompt').optional(),
  input: text,
  prompt: text,
  request_id: idField.optional(),
  session_id: sessionField.nullish(),
  model: z.string().min(1).max(256).nullish(),
  metadata: metadataField.nullish(),
  priority: priorityField.nullish(),
  deadline_secs: deadlineField.nullish(),
  stream: z.boolean().nullish(),
});

const cancelFrame = z.strictObject({ type: z.literal('cancel'), request_id: idField });

/** One WebSocket: prompts in, tokens out, many requests at once, told apart by `request_id`. */
export function serveSocket(socket: WebSocket, service: Service, { tenant }: Visitor): void {
  const connection = new Connection(socket, service, tenant === undefined ? {} : { tenant });
  const leave = service.streams.add(() => socket.close(GOING_AWAY, 'The server is stopping.'));
  socket.on('message', (data, binary) => connection.receive(data as Buffer, binary));
  socket.on('pong', () => connection.alive());
  socket.on('close', () => {
    leave();
    connection.gone();
  });
}

class Connection {
  private readonly socket: WebSocket;
  private readonly service: Service;
  private readonly settings: HeaderSettings;
  private readonly handles = new Map<string, Handle>();
  private readonly times: number[] = [];
  private answered = true;
  private timer = { cancel: (): void => undefined };

  constructor(socket: WebSocket, service: Service, settings: HeaderSettings) {
    this.socket = socket;
    this.service = service;
    this.settings = settings;
    this.ping();
  }

  alive(): void {
    this.answered = true;
  }

  gone(): void {
    this.timer.cancel();
    for (const handle of this.handles.values()) handle.cancel();
  }

  receive(data: Buffer, binary: boolean): void {
    if (this.overLimit()) return;
    let id: string | undefined;
    try {
      if (binary) throw faultOf('frame', 'must be text, not bytes');
      const frame = parseJsonBody(data);
      id = idOf(frame);
      if ((frame as { type?: unknown } | null)?.type === 'cancel')
        this.cancel(checkedValue(cancelFrame, frame).request_id);
      else this.begin(checkedValue(promptFrame, frame));
    } catch (thrown) {
      this.fail(thrown, id ?? null);
    }
  }

  private begin({ type: _, input, prompt, stream, request_id, ...rest }: z.output<typeof promptFrame>): void {
    const content = prompt ?? input;
    if (content === undefined || (prompt !== undefined && input !== undefined)) {
      throw faultOf('input', 'needs to be there, or else prompt; not both');
    }
    if (this.handles.size >= IN_FLIGHT) {
      throw new OrchestratorError('too_many_messages', `This connection has ${IN_FLIGHT} requests in flight already.`);
    }
    const id = request_id ?? this.service.ids();
    if (this.handles.has(id)) throw faultOf('request_id', 'is in flight already');
    // The engine's ids are unique; the client's are so on its connection only.
    const ownId = request_id === undefined ? id : this.service.ids();
    const request = inferRequest(ownId, { prompt: content, ...rest }, this.settings);
    const handle = this.service.submissions.submit(request, {});
    this.handles.set(id, handle);
    void this.send({ type: 'ack', request_id: id, session_id: request.session });
    void this.relay(id, handle, stream !== false).catch((thrown) => this.fail(thrown, id));
  }

  private async relay(id: string, handle: Handle, tokens: boolean): Promise<void> {
    try {
      if (tokens) {
        for await (const piece of handle) {
          if (!(await this.room(this.send({ type: 'token', request_id: id, text: piece })))) return;
        }
      }
      const record = outcomeRecord(await handle);
      const error = errorOf(record);
      if (error === null) void this.send({ type: 'complete', ...answerOf(record), request_id: id });
      else
        void this.send({
          type: 'error',
          ...errorBody(error, id),
          request_id: id,
          ...(record.output ? { partial: true } : {}),
        });
    } finally {
      this.handles.delete(id);
    }
  }

  private cancel(id: string): void {
    const handle = this.handles.get(id);
    if (handle === undefined) throw new OrchestratorError('not_found', `No request ${id} is in flight here.`);
    handle.cancel();
  }

  /** Waits until the client has read enough; false when it is gone, or so slow that it is sent away. */
  private async room(sent: Promise<void>): Promise<boolean> {
    if (this.socket.bufferedAmount > BUFFER_BYTES) {
      let timer = { cancel: (): void => undefined };
      const late = new Promise<boolean>((resolve) => {
        timer = this.service.clock.after(SLOW_MS, () => resolve(true), true);
      });
      const tooSlow = await Promise.race([late, sent.then(() => false)]);
      timer.cancel();
      if (tooSlow) this.socket.close(TRY_AGAIN_LATER, `Nothing was read for ${SLOW_MS / 1000} s.`);
    }
    return this.socket.readyState === this.socket.OPEN;
  }

  private overLimit(): boolean {
    const now = this.service.clock.now();
    while (this.times.length > 0 && this.times[0]! <= now - WINDOW_MS) this.times.shift();
    this.times.push(now);
    if (this.times.length <= MESSAGES) return false;
    if (this.times.length === MESSAGES + 1) {
      const error = new OrchestratorError('too_many_messages', `More than ${MESSAGES} messages in a minute.`);
      const body = errorBody(error, '');
      void this.send({ type: 'error', error: { ...body.error, code: 'RATE_LIMITED' }, request_id: null });
      this.socket.close(RATE_LIMITED, 'RATE_LIMITED');
    }
    return true;
  }

  private fail(thrown: unknown, id: string | null): void {
    void this.send({ type: 'error', ...errorBody(toOrchestratorError(thrown), id ?? ''), request_id: id });
  }

  /** Resolves when the frame has left for the client, or never will. */
  private send(frame: object): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState !== this.socket.OPEN) resolve();
      else this.socket.send(JSON.stringify(frame), () => resolve());
    });
  }

  /** A peer that did not answer the last ping is gone, even if its socket does not know. */
  private ping(): void {
    if (!this.answered) {
      this.socket.terminate();
      return;
    }
    this.answered = false;
    this.timer = this.service.clock.after(
      PING_MS,
      () => {
        this.ping();
      },
      true,
    );
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }
}

function idOf(frame: unknown): string | undefined {
  const id = (frame as { request_id?: unknown } | null)?.request_id;
  return idField.safeParse(id).success ? (id as string) : undefined;
}
