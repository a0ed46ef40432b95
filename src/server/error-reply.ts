import { ERRORS, type ErrorCode, OrchestratorError } from '../core/errors.ts';
import type { FieldFault } from '../core/schema-faults.ts';

/** A request that breaks rules: all of them at once. */
export class RequestFaults extends OrchestratorError {
  readonly fields: readonly FieldFault[];

  constructor(code: ErrorCode, fields: readonly FieldFault[]) {
    const text = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
    super(code, text, fields[0] === undefined ? {} : { param: fields[0].field });
    this.fields = fields;
  }
}

export const faultOf = (field: string, message: string): RequestFaults =>
  new RequestFaults('request_invalid', [{ field, message }]);

/** The one shape of errors. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
    readonly fields?: readonly FieldFault[];
    /** Who is at fault: this program and its caller, or the provider. */
    readonly source: 'gateway' | 'upstream';
    readonly request_id: string;
  };
}

const UPSTREAM =
  /^(?:provider_(?!busy)|upstream_|dns_|tls_|model_unknown$|request_rejected$|context_length_|authentication_)/;

/** What no waiting cures: the caller is told not to try again. */
const HOPELESS = /^(?:provider_quota_exhausted|prompt_blocked|not_built|plugin_failed)$/;
/** What cures itself only when it says when. */
const SPENT = /^(?:token_budget_exceeded|spend_limit_reached)$/;

/** For refusals that don't say when to come back. */
const RETRY_AFTER_MS = 5000;

export function errorBody(error: OrchestratorError, requestId: string): ErrorBody {
  const { code, param } = error;
  return {
    error: {
      // What went wrong inside is nobody's business outside; the log has it under the request's id.
      message:
        code === 'internal' ? 'Something went wrong inside; the log says what, under this request_id.' : error.message,
      type: typeOf(code),
      code,
      param: param ?? null,
      ...(error instanceof RequestFaults ? { fields: error.fields } : {}),
      source: UPSTREAM.test(code) ? 'upstream' : 'gateway',
      request_id: requestId,
    },
  };
}

export function errorHeaders(error: OrchestratorError): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const { status } = ERRORS[error.code];
  if (isHopeless(error)) headers['x-should-retry'] = 'false';
  else if (status === 429 || status === 503) {
    const ms = Math.ceil(error.retryAfterMs ?? RETRY_AFTER_MS);
    headers['retry-after'] = String(Math.ceil(ms / 1000));
    headers['retry-after-ms'] = String(ms);
  }
  return headers;
}

const isHopeless = ({ code, retryAfterMs }: OrchestratorError): boolean =>
  HOPELESS.test(code) || (SPENT.test(code) && retryAfterMs === undefined);

/** The kinds of errors that clients of such APIs know. */
function typeOf(code: ErrorCode): string {
  if (UPSTREAM.test(code)) return 'upstream_error';
  const { status } = ERRORS[code];
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
