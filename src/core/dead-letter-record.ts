import { DEAD_LETTER_REASONS, type DeadLetter, type DeadLetterReason } from './dead-letter.ts';
import { countAt, type Fields, idAt, invalid, numberAt, objectAt, oneOf, textAt, textsAt } from './fields.ts';
import { BLANK, type PromptRequest } from './request.ts';
import { type RequestSettings, requestAt, settingsAt } from './request-fields.ts';

/** A dead letter as one line of NDJSON: what `dlq export` writes and `replay` reads (capability B9). */
export interface DeadLetterRecord {
  readonly request_id: string;
  readonly session_id?: string;
  readonly reason: DeadLetterReason;
  /** When it was given up, seconds since the epoch, with a fraction. */
  readonly dropped_at: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly attempts: number;
  readonly hops: number;
  readonly request: PromptRequest;
}

/** What one record of a replay file asks for. */
export type ReplayRecord =
  | { readonly kind: 'letter'; readonly letter: DeadLetter }
  /** A prompt to send. */
  | {
      readonly kind: 'infer';
      readonly prompt: string;
      readonly system?: string;
      readonly session_id?: string;
      readonly metadata?: Readonly<Record<string, string>>;
      readonly deadline_secs?: number;
      readonly request_id?: string;
      /** Everything else that it says of the request; absent where that is nothing. */
      readonly settings?: RequestSettings;
    }
  /** A request without its prompt: nothing to send, unless it is found elsewhere by its id. */
  | {
      readonly kind: 'dropped';
      readonly request_id: string;
      readonly session_id?: string;
      readonly reason?: string;
      readonly dropped_at?: number;
    };

export function encodeDeadLetter(letter: DeadLetter): DeadLetterRecord {
  const { request, reason, error, attempts, hops, at } = letter;
  return {
    request_id: request.id,
    ...(request.session === undefined ? {} : { session_id: request.session }),
    reason,
    dropped_at: at / 1000,
    ...(error === null ? {} : { error: { code: error.code, message: error.message } }),
    attempts,
    hops,
    request,
  };
}

/** One line of a replay file; blank lines and those that begin with `#` are ignored. Throws as `decodeReplayRecord` does. */
export function parseReplayLine(line: string): ReplayRecord | { readonly kind: 'ignored' } {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return { kind: 'ignored' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return invalid('', 'is not valid JSON');
  }
  return decodeReplayRecord(value);
}

/**
 * Tells the three forms of a replay record apart by what they carry: `request`, `prompt` or neither. Throws
 * `request_invalid`, naming the field.
 */
export function decodeReplayRecord(value: unknown): ReplayRecord {
  const record = objectAt('', value);
  if (record['request'] !== undefined) return { kind: 'letter', letter: letterOf(record) };
  if (record['prompt'] !== undefined) return inferOf(record);
  return droppedOf(record);
}

function letterOf(record: Fields): DeadLetter {
  const request = requestAt('request', record['request']);
  if (idAt('request_id', record['request_id']) !== request.id) invalid('request_id', 'must be equal to request.id');
  if (record['session_id'] !== request.session) invalid('session_id', 'must be equal to request.session');
  return {
    request,
    reason: oneOf('reason', record['reason'], DEAD_LETTER_REASONS),
    error: errorOf(record['error']),
    attempts: countAt('attempts', record['attempts']),
    hops: countAt('hops', record['hops']),
    at: Math.round(numberAt('dropped_at', record['dropped_at'], 0) * 1000),
  };
}

function errorOf(value: unknown): DeadLetter['error'] {
  if (value === undefined) return null;
  const error = objectAt('error', value);
  return { code: textAt('error.code', error['code']), message: textAt('error.message', error['message']) };
}

function inferOf(record: Fields): ReplayRecord {
  const { system, session_id, metadata, deadline_secs, request_id } = record;
  const prompt = textAt('prompt', record['prompt']);
  if (!/\S/.test(prompt)) invalid('prompt', BLANK);
  const settings = settingsAt(record);
  // Other programs write null for what is absent.
  return {
    kind: 'infer',
    prompt,
    ...(system == null ? {} : { system: textAt('system', system) }),
    ...(session_id == null ? {} : { session_id: textAt('session_id', session_id) }),
    ...(metadata == null ? {} : { metadata: textsAt('metadata', metadata) }),
    ...(deadline_secs == null ? {} : { deadline_secs: numberAt('deadline_secs', deadline_secs, 0) }),
    ...(request_id == null ? {} : { request_id: idAt('request_id', request_id) }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

function droppedOf(record: Fields): ReplayRecord {
  const { session_id, reason, dropped_at } = record;
  if (record['request_id'] === undefined) invalid('prompt', 'is missing, and so are request and request_id');
  return {
    kind: 'dropped',
    request_id: idAt('request_id', record['request_id']),
    ...(session_id == null ? {} : { session_id: textAt('session_id', session_id) }),
    ...(reason == null ? {} : { reason: textAt('reason', reason) }),
    ...(dropped_at == null ? {} : { dropped_at: numberAt('dropped_at', dropped_at, 0) }),
  };
}
