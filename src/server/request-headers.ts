import type { IncomingHttpHeaders } from 'node:http';
import type { SubmitOptions } from '../core/job.ts';
import { PRIORITIES, type Priority } from '../core/priority.ts';
import { faultOf } from './error-reply.ts';
import { deadlineField, type HeaderSettings, sessionField } from './request-body.ts';
import type { Call } from './route.ts';

const textOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** What the headers of a call say of its request. Throws `request_invalid`, naming the header. */
export function headerSettings({
  headers,
  visitor: { tenant },
}: Pick<Call<unknown, unknown, unknown>, 'headers' | 'visitor'>): HeaderSettings {
  const session = textOf(headers['x-orchestrator-session']) ?? textOf(headers['x-session-id']);
  const priority = textOf(headers['x-orchestrator-priority']);
  const deadline = textOf(headers['x-orchestrator-deadline-ms']);
  if (session !== undefined && !sessionField.safeParse(session).success) {
    throw faultOf('x-orchestrator-session', 'must be 1 to 256 visible characters');
  }
  if (priority !== undefined && !(PRIORITIES as readonly string[]).includes(priority)) {
    throw faultOf('x-orchestrator-priority', `must be one of ${PRIORITIES.join(', ')}`);
  }
  const route = textOf(headers['x-orchestrator-route']);
  if (route !== undefined && !/^[A-Za-z0-9][\w-]{0,63}$/.test(route)) {
    throw faultOf('x-orchestrator-route', 'must be the name of a pipeline');
  }
  const deadlineMs = deadline === undefined ? undefined : Number(deadline);
  if (
    deadlineMs !== undefined &&
    !(deadlineMs >= 1 && deadlineField.safeParse(Math.max(1, deadlineMs / 1000)).success)
  ) {
    throw faultOf('x-orchestrator-deadline-ms', 'must be milliseconds, from 1 to 604800000');
  }
  const settings: { -readonly [Key in keyof HeaderSettings]: HeaderSettings[Key] } = {};
  if (session !== undefined) settings.session = session;
  if (priority !== undefined) settings.priority = priority as Priority;
  if (deadlineMs !== undefined) settings.deadlineMs = deadlineMs;
  if (route !== undefined) settings.route = route;
  if (isAsked(headers, 'x-orchestrator-no-cache')) settings.noCache = true;
  if (tenant !== undefined) settings.tenant = tenant;
  return settings;
}

/** Whether the caller keeps the request, so that none of its failures leaves a dead letter. Throws `request_invalid`. */
export const keepsRequest = (headers: IncomingHttpHeaders): boolean =>
  isAsked(headers, 'x-orchestrator-no-dead-letter');

function isAsked(headers: IncomingHttpHeaders, name: string): boolean {
  const given = textOf(headers[name]);
  if (given === undefined) return false;
  if (/^(?:true|1)$/i.test(given)) return true;
  if (/^(?:false|0)$/i.test(given)) return false;
  throw faultOf(name, 'must be true or false');
}

const STREAMED: SubmitOptions = {};
const WHOLE: SubmitOptions = { stream: false };
const KEPT: SubmitOptions = { keeps: () => true };

/** How a request is submitted whose caller waits for it, and reads the answer as it comes or when all of it is there. */
export function waitingOptions(headers: IncomingHttpHeaders, stream: boolean): SubmitOptions {
  const options = stream ? STREAMED : WHOLE;
  return keepsRequest(headers) ? { ...options, ...KEPT } : options;
}

/** The `Idempotency-Key`; undefined when there is none. Throws `request_invalid` for one that is too long. */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = textOf(headers['idempotency-key']);
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw faultOf('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  }
  return key;
}

/** The id of the request that a call makes: the call's own, where that is ours, so that logs, errors and letters agree. */
export function requestIdOf({
  service,
  headers,
  requestId,
}: Pick<Call<unknown, unknown, unknown>, 'service' | 'headers' | 'requestId'>): string {
  // A caller may use an id of theirs twice; the engine's are unique.
  return headers['x-request-id'] === requestId ? service.ids() : requestId;
}
