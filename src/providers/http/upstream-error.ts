import { type ErrorCode, OrchestratorError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { redact } from './redact.ts';

/** What an upstream said went wrong. */
export interface Complaint {
  /** HTTP status; null for an error within a stream. */
  readonly status: number | null;
  /** The provider's own words for the kind of error: `type` and `code`. */
  readonly words: readonly string[];
  readonly message: string;
}

/** Whose complaint it is, and what must not be repeated. */
export interface Complainer {
  readonly name: string;
  readonly key: Secret | null;
  /** Variable that the key comes from; null without a key. */
  readonly keyVariable: string | null;
}

const WORDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/insufficient_quota|billing|credit_balance/, 'provider_quota_exhausted'],
  [/context_length_exceeded|exceed_context_size|string_above_max_length|request_too_large/, 'context_length_exceeded'],
  [/model_not_found|model_not_available/, 'model_unknown'],
  [/invalid_api_key|authentication|permission|unauthorized|forbidden/, 'authentication_failed'],
  [/rate_?limit|too_many_requests|tokens_per/, 'provider_rate_limited'],
  [/overloaded|engine_overloaded|slow_down/, 'provider_overloaded'],
];

const TOO_LONG =
  /context (?:length|window|size)|maximum context|prompt is too long|too many tokens|longer than the (?:maximum )?model/i;
const NO_MODEL = /model/i;

/** Reads an error out of a body in any of the shapes that the servers use; null when it is none. */
export function complaintIn(document: unknown, status: number | null): Complaint | null {
  if (typeof document !== 'object' || document === null) return null;
  const outer = document as Record<string, unknown>;
  const { error } = outer;
  if (typeof error === 'string') return { status, words: words(outer), message: error };
  if (typeof error === 'object' && error !== null) {
    const inner = error as Record<string, unknown>;
    return { status: statusIn(inner) ?? status, words: words(inner), message: messageIn(inner) };
  }
  // vLLM before 0.10 puts the fields at the top; FastAPI has `detail`.
  if (outer['object'] === 'error' || outer['type'] === 'error') {
    return { status: statusIn(outer) ?? status, words: words(outer), message: messageIn(outer) };
  }
  if (status !== null && status >= 400 && outer['detail'] !== undefined) {
    const { detail } = outer;
    return { status, words: [], message: typeof detail === 'string' ? detail : JSON.stringify(detail) };
  }
  return null;
}

const words = (fields: Record<string, unknown>): readonly string[] =>
  ['type', 'code'].map((name) => fields[name]).filter((word) => typeof word === 'string');
const messageIn = ({ message }: Record<string, unknown>): string => (typeof message === 'string' ? message : '');

/** llama.cpp and vLLM put the status into the body, too: of use where the answer itself was a 200. */
function statusIn({ code }: Record<string, unknown>): number | null {
  return typeof code === 'number' && code >= 400 && code < 600 ? code : null;
}

/** The one error that every provider's complaint becomes. */
export function upstreamError(complaint: Complaint, by: Complainer, retryAfterMs?: number): OrchestratorError {
  const code = codeOf(complaint);
  const said = redact(complaint.message, by.key) || 'no reason given';
  const how = [complaint.status, ...new Set(complaint.words)].filter((part) => part !== null && part !== '');
  const details = how.length === 0 ? '' : ` (${how.map((part) => redact(String(part), by.key)).join(', ')})`;
  return new OrchestratorError(code, `${opening(code, by)}${details}: ${said}`, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function opening(code: ErrorCode, { name, key, keyVariable }: Complainer): string {
  if (code === 'model_unknown') return `Provider ${name} does not have this model`;
  if (code !== 'authentication_failed') return `Provider ${name} answered with an error`;
  if (key !== null) return `Provider ${name} refused the key in ${keyVariable}`;
  return `Provider ${name} wants a key and was sent none (name its variable with api_key_env)`;
}

/** The words decide before the status: a 429 may mean an empty account, a 400 a window that is too small. */
function codeOf({ status, words: said, message }: Complaint): ErrorCode {
  const client = status === null || status < 500;
  if (client) {
    const text = said.join(' ').toLowerCase();
    const [, code] = WORDS.find(([pattern]) => pattern.test(text)) ?? [];
    if (code !== undefined) return code;
    if ((status === 400 || status === 413) && TOO_LONG.test(message)) return 'context_length_exceeded';
  }
  switch (status) {
    case 401:
    case 403:
      return 'authentication_failed';
    case 402:
      return 'provider_quota_exhausted';
    case 404:
      return NO_MODEL.test(message) ? 'model_unknown' : 'provider_protocol';
    case 408:
    case 409:
    case 425:
      return 'provider_unavailable';
    case 429:
      return 'provider_rate_limited';
    case 503:
    case 529:
      return 'provider_overloaded';
    case 502:
    case 504:
      return 'provider_unavailable';
    default:
      return client && status !== null ? 'request_rejected' : 'provider_failed';
  }
}
