import type { OrchestratorError } from '../../../core/errors.ts';
import { ERRORS } from '../../../core/errors.ts';
import { type ErrorBody, errorBody } from '../../error-reply.ts';
import type { Refusal } from '../../route.ts';

/** What this API calls the kinds of its errors, by status. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  429: 'rate_limit_error',
};

/** Our one shape of errors, which is this API's, with this API's types. */
export function openAiError(error: OrchestratorError, requestId: string): ErrorBody {
  const body = errorBody(error, requestId);
  const status = statusOf(error);
  return { error: { ...body.error, type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error') } };
}

/** A number out of its bounds is a bad request here. */
function statusOf({ code }: OrchestratorError): number {
  const { status } = ERRORS[code];
  return status === 422 ? 400 : status;
}

export function openAiRefusal(error: OrchestratorError, requestId: string): Refusal {
  const status = statusOf(error);
  return {
    status,
    body: openAiError(error, requestId),
    // Its clients try again after a conflict, which would be the same conflict.
    ...(status === 409 ? { headers: { 'x-should-retry': 'false' } } : {}),
  };
}
