import { OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import { Allowance, readUpTo } from './body.ts';
import { type AnswerReader, Complained, type Dialect, Misshapen } from './dialect.ts';
import { PieceReader } from './event-reader.ts';
import { CAPS, type Watch } from './limits.ts';
import { redact } from './redact.ts';
import type { HeaderOf } from './retry-after.ts';
import { type Complainer, complaintIn, upstreamError } from './upstream-error.ts';

/** An answer as HTTP delivers it. */
export interface Delivery {
  readonly status: number;
  readonly header: HeaderOf;
  readonly chunks: AsyncIterator<Uint8Array>;
}

/** Who reads it, and on whose behalf. */
export interface Receiver {
  readonly who: Complainer;
  readonly dialect: Dialect;
  readonly reader: AnswerReader;
  readonly watch: Watch;
}

/** Reads an answer up to its end. Throws whatever keeps it from being one. */
export async function receive(delivery: Delivery, receiver: Receiver, retryAfter: () => number | undefined) {
  const { status, header } = delivery;
  if (status >= 300 && status < 400) throw redirected(delivery, receiver.who);
  if (status >= 400) throw await refused(delivery, receiver.who, retryAfter());
  if (status !== 200) throw notAnAnswer(receiver.who, `answered with status ${status} instead of an answer`, '');
  const type = header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (
    type === 'text/event-stream' ||
    type === '' ||
    (receiver.dialect.framing === 'lines' && !/json|html/.test(type))
  ) {
    return receiveStream(delivery, receiver);
  }
  if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) return receiveWhole(delivery, receiver);
  const { text } = await readUpTo(delivery.chunks, 1024);
  throw notAnAnswer(
    receiver.who,
    `answered with ${/^[a-z]+\/[\w.+-]{1,60}$/.test(type) ? type : 'something'} instead of an answer`,
    text,
  );
}

async function receiveStream({ chunks, header }: Delivery, { who, dialect, reader, watch }: Receiver): Promise<void> {
  const allowance = new Allowance(CAPS.answerBytes, who.name);
  let spoke = false;
  let done = false;
  let fault: OrchestratorError | null = null;
  const pieces = new PieceReader(dialect.framing, who.name, (data, name) => {
    if (done || fault !== null) return;
    try {
      const progress = reader.piece(data, name);
      if (progress === 'done') done = true;
      if (progress !== 'token') return;
      spoke = true;
      watch.token();
    } catch (thrown) {
      fault = faultOf(thrown, who, spoke);
    }
  });
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    allowance.take(next.value.length);
    const broken = pieces.feed(next.value);
    // What was said before the bad byte counts, also when it was the end or an error.
    if (fault !== null) throw fault;
    if (done) return;
    if (broken !== null) throw broken;
  }
  if (!dialect.terminated && endIsCertain(header)) {
    pieces.end();
    if (fault !== null) throw fault;
    if (spoke) return;
  }
  const stray = spoke ? null : strayDocument(pieces.head, who);
  throw stray ?? incomplete(who);
}

async function receiveWhole({ chunks }: Delivery, { who, reader, watch }: Receiver): Promise<void> {
  const allowance = new Allowance(CAPS.answerBytes, who.name);
  const parts: Uint8Array[] = [];
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    allowance.take(next.value.length);
    parts.push(next.value);
  }
  watch.token();
  const text = Buffer.concat(parts).toString('utf8');
  const document = parse(text);
  if (document === undefined) throw notAnAnswer(who, 'answered with JSON that is broken', text);
  const complaint = complaintIn(document, null);
  if (complaint !== null) throw upstreamError(complaint, who);
  try {
    reader.whole(document);
  } catch (thrown) {
    throw faultOf(thrown, who, false);
  }
}

async function refused({ status, chunks }: Delivery, who: Complainer, retryAfter: number | undefined) {
  const { text } = await readUpTo(chunks, CAPS.errorBytes).catch(() => ({ text: '' }));
  const complaint = complaintIn(parse(text), status) ?? { status, words: [], message: plainText(text) };
  return upstreamError({ ...complaint, status }, who, retryAfter);
}

/** An error that the upstream put into its stream, or one of ours. */
function faultOf(thrown: unknown, who: Complainer, spoke: boolean): OrchestratorError {
  if (thrown instanceof Misshapen) {
    return new OrchestratorError(
      'provider_protocol',
      `Provider ${who.name} sent an answer of another form: ${thrown.message}.`,
    );
  }
  // Its message would quote what was sent.
  if (thrown instanceof SyntaxError) {
    return new OrchestratorError(
      'provider_protocol',
      `Provider ${who.name} sent a piece of its answer that is not JSON.`,
    );
  }
  if (!(thrown instanceof Complained)) return toOrchestratorError(thrown);
  const complaint = complaintIn(thrown.document, null) ?? { status: null, words: [], message: '' };
  const error = upstreamError(complaint, who);
  if (!spoke) return error;
  return new OrchestratorError('upstream_midstream', `${error.message} This came within its answer (${error.code}).`, {
    cause: error,
  });
}

/** How an event stream begins. */
const EVENT_STREAM = /^\s*(?:data|event|id|retry)?:/;

/** A body that should have been a stream and is an error in JSON, or a page. */
function strayDocument(head: string, who: Complainer): OrchestratorError | null {
  if (head.trim() === '' || EVENT_STREAM.test(head)) return null;
  const complaint = complaintIn(parse(head), null);
  if (complaint !== null) return upstreamError(complaint, who);
  return notAnAnswer(who, 'answered with something that is no event stream', head);
}

function redirected({ status, header }: Delivery, who: Complainer): OrchestratorError {
  const location = redact(header('location') ?? 'nowhere', who.key);
  return new OrchestratorError(
    'provider_protocol',
    `Provider ${who.name} answered with a redirect (${status}) to ${location}. Redirects are not followed: if that is the right address, write it into base_url.`,
  );
}

const incomplete = (who: Complainer): OrchestratorError =>
  new OrchestratorError(
    'provider_incomplete',
    `Provider ${who.name} ended its answer without saying that it was over.`,
  );

function notAnAnswer(who: Complainer, what: string, text: string): OrchestratorError {
  const shown = redact(plainText(text), who.key).slice(0, 120);
  return new OrchestratorError(
    'provider_protocol',
    `Provider ${who.name} ${what}: ${shown === '' ? '(empty)' : shown}`,
  );
}

/** Text of a page or of plain text; a whole document of JSON says nothing to people. */
const plainText = (text: string): string =>
  text
    .replace(/<(script|style)[\s\S]*?(?:<\/\1>|$)/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .trim();

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a lost connection would have been noticed: the length was told, or the end is a mark of its own. */
const endIsCertain = (header: HeaderOf): boolean =>
  header('content-length') !== undefined || /chunked/i.test(header('transfer-encoding') ?? '');
