import type { OrchestratorError } from '../../core/errors.ts';
import type { Aside } from '../../core/native.ts';
import { type Outcome, type OutcomeRecord, outcomeRecord } from '../../core/outcome.ts';
import type { PromptRequest } from '../../core/request.ts';
import { errorOf, setAnswerHeaders } from '../answer.ts';
import { waitingOptions } from '../request-headers.ts';
import { type AnyCall, answeredOnce, claimOf } from '../routes/prompt.ts';
import type { EventStream, Voice } from '../streams/event-stream.ts';
import { type Piece, Pieces } from './pieces.ts';

/**
 * How long a failure may still be answered with a status of its own, milliseconds: then the stream is opened, so that the
 * connection is kept alive, and what goes wrong afterwards is an event in it.
 */
const OPEN_MS = 15_000;

/** One event; without a name only its data. */
export type Frame = readonly [event: string | null, data: object | string];

/** What is known when the first piece is written. */
export interface Begun {
  /** Of the request that this answers: an earlier one, where an `Idempotency-Key` says so. */
  readonly id: string;
  readonly model: string;
  /** Tokens of the input as the provider counted them, or -1. */
  readonly inputTokens: number;
}

/** Writes an answer in an API's own events. */
export interface ReplyWriter {
  readonly voice: Voice;
  begin(begun: Begun): readonly Frame[];
  piece(piece: Piece): readonly Frame[];
  /** All pieces of an answer that is there already, kept ones with what their provider said beside the text. */
  whole(record: OutcomeRecord): readonly Frame[];
  /** What pieces have not told, and how it ended. */
  end(record: OutcomeRecord): readonly Frame[];
  fail(error: OrchestratorError): readonly Frame[];
}

/**
 * Asks, and sends the answer as it comes. What fails before the first piece is thrown, so that it is answered like any
 * other error. When the client goes, so does the request; one with an `Idempotency-Key` goes on, and its stream is written
 * once it has ended.
 */
export async function streamReply(
  call: AnyCall,
  kind: string,
  request: PromptRequest,
  writer: ReplyWriter,
): Promise<void> {
  const claim = claimOf(kind, call);
  if (claim !== undefined) return streamRecord(call, await answeredOnce(call, request, claim), writer, 0);
  const { service, reply } = call;
  const { engine, clock, submissions } = service;
  submissions.refuseWhileDraining();
  const arrivedAt = clock.now();
  const pieces = new Pieces();
  let outcome: Outcome | null = null;
  const job = engine.submitWith(request, waitingOptions(call.headers, true), (ended) => {
    outcome = ended;
    pieces.end();
  });
  job.onAside((piece: Aside) => {
    pieces.add(piece);
    return true;
  });
  job.subscribe((text) => pieces.add(text));
  const onClose = (): void => {
    if (!reply.raw.writableFinished) engine.cancel(job);
  };
  reply.raw.once('close', onClose);
  await pieces.ready(clock, OPEN_MS);
  const ready = outcome === null ? null : outcomeRecord(outcome);
  if (ready !== null && (pieces.empty || pieces.onlyText)) {
    reply.raw.off('close', onClose);
    return streamRecord(call, ready, writer, clock.now() - arrivedAt);
  }
  const { provider, model, attempts } = job;
  const known = { id: request.id, status: 'completed' as const, attempts, source: job.answeredFrom ?? 'model' };
  const answering = { ...known, model: model || request.model || '', ...(provider === null ? {} : { provider }) };
  setAnswerHeaders(reply, answering, 0);
  const stream = service.streams.open(reply, call.requestId, 'answer', writer.voice);
  if (
    !(await sendAll(
      stream,
      writer.begin({ id: request.id, model: model || request.model || '', inputTokens: job.inputTokens }),
    ))
  )
    return;
  for await (const piece of pieces) {
    if (!(await sendAll(stream, writer.piece(piece)))) return;
  }
  await finish(stream, outcomeRecord(outcome!), writer);
}

/** Sends an answer that is there already; one that failed before a word of it was sent is an error like any other. */
async function streamRecord(
  call: AnyCall,
  record: OutcomeRecord,
  writer: ReplyWriter,
  elapsedMs: number,
): Promise<void> {
  const { service, reply, requestId } = call;
  setAnswerHeaders(reply, record, elapsedMs);
  const error = errorOf(record);
  if (error !== null) throw error;
  const stream = service.streams.open(reply, requestId, 'answer', writer.voice);
  const { id, model = '', usage } = record;
  if (!(await sendAll(stream, writer.begin({ id, model, inputTokens: usage?.input_tokens ?? -1 })))) return;
  if (!(await sendAll(stream, writer.whole(record)))) return;
  await finish(stream, record, writer);
}

async function finish(stream: EventStream, record: OutcomeRecord, writer: ReplyWriter): Promise<void> {
  const error = errorOf(record);
  await sendAll(stream, error === null ? writer.end(record) : writer.fail(error));
  stream.end();
}

async function sendAll(stream: EventStream, frames: readonly Frame[]): Promise<boolean> {
  for (const [event, data] of frames) if (!(await stream.send(event, data))) return false;
  return true;
}
