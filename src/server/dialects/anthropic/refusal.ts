import { ERRORS, type OrchestratorError } from '../../../core/errors.ts';
import { errorBody } from '../../error-reply.ts';
import type { Refusal } from '../../route.ts';

/** What this API calls the kinds of its errors, by status. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** An error as this API tells it; what is ours alone comes behind its own fields. */
export function anthropicError(error: OrchestratorError, requestId: string) {
  const { message, type: _type, request_id, ...rest } = errorBody(error, requestId).error;
  const status = statusOf(error);
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type: 'error', error: { type, message, ...rest }, request_id };
}

/** Too much to do is a status of its own here; a number out of its bounds is a bad request. */
function statusOf({ code }: OrchestratorError): number {
  const { status } = ERRORS[code];
  if (status === 503) return 529;
  return status === 422 ? 400 : status;
}

export function anthropicRefusal(error: OrchestratorError, requestId: string): Refusal {
  const status = statusOf(error);
  return {
    status,
    body: anthropicError(error, requestId),
    headers: { 'request-id': requestId, ...(status === 409 ? { 'x-should-retry': 'false' } : {}) },
  };
}
