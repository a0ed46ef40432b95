import { type OutcomeRecord, outcomeRecord } from '../../core/outcome.ts';
import type { Handle } from '../../pipeline/handle.ts';
import { answerOf, errorOf } from '../answer.ts';
import { errorBody } from '../error-reply.ts';
import type { EventStream } from './event-stream.ts';

/** Where a client has read to: the `id` of the last event it saw. */
export interface Position {
  readonly id: string;
  /** Characters of the answer. */
  readonly offset: number;
}

/** Reads a `Last-Event-ID`; null when it is none of ours. */
export function positionOf(header: string | string[] | undefined): Position | null {
  const match = /^([A-Za-z0-9_-]{1,64}):(\d{1,9})$/.exec(typeof header === 'string' ? header : '');
  return match === null ? null : { id: match[1]!, offset: Number(match[2]) };
}

/** Sends an answer as it comes, from a position on: `start`, `token`s, then `done` or `error`. */
export async function streamAnswer(
  stream: EventStream,
  request: { readonly id: string; readonly session?: string },
  handle: Handle,
  from = 0,
): Promise<void> {
  if (from === 0 && !(await stream.send('start', startOf(request), `${request.id}:0`))) return;
  let at = 0;
  for await (const piece of handle) {
    const fresh = piece.slice(Math.max(0, from - at));
    at += piece.length;
    if (fresh !== '' && !(await stream.send('token', { text: fresh }, `${request.id}:${at}`))) return;
  }
  await sendEnd(stream, outcomeRecord(await handle));
}

/** The same of an answer that is complete. */
export async function streamStored(stream: EventStream, record: OutcomeRecord, from = 0): Promise<void> {
  const request = { id: record.id, ...(record.session_id === undefined ? {} : { session: record.session_id }) };
  if (from === 0 && !(await stream.send('start', startOf(request), `${record.id}:0`))) return;
  const { output = '' } = record;
  if (output.length > from) {
    const sent = await stream.send('token', { text: output.slice(from) }, `${record.id}:${output.length}`);
    if (!sent) return;
  }
  await sendEnd(stream, record);
}

const startOf = ({ id, session }: { readonly id: string; readonly session?: string }) => ({
  request_id: id,
  session_id: session ?? null,
});

/** How it ended, with what was used; what had arrived before a failure was sent already. */
async function sendEnd(stream: EventStream, record: OutcomeRecord): Promise<void> {
  const { output, ...rest } = answerOf(record);
  const error = errorOf(record);
  if (error === null) await stream.send('done', rest);
  else {
    const partial = output === '' ? {} : { partial: true, usage: rest.usage };
    await stream.send('error', { ...errorBody(error, record.id), ...partial });
  }
  stream.end();
}
