import { type ErrorCode, OrchestratorError } from '../core/errors.ts';
import type { OutcomeRecord } from '../core/outcome.ts';
import type { Exchange } from './http/exchange.ts';

/** An answer as `POST /v1/prompt` gives it; what is not known is null. */
export function answerOf(record: OutcomeRecord) {
  return {
    request_id: record.id,
    session_id: record.session_id ?? null,
    output: record.output ?? '',
    source: record.source ?? null,
    provider: record.provider ?? null,
    model: record.model ?? null,
    finish_reason: record.finish_reason ?? null,
    // JSON leaves out what is undefined.
    tool_calls: record.tool_calls,
    usage: record.usage ?? null,
    latency_ms: record.latency_ms ?? null,
    cost_usd: record.cost_usd ?? null,
  };
}

/** The error of a request that did not complete; null for one that did. */
export function errorOf({ status, error }: OutcomeRecord): OrchestratorError | null {
  if (status === 'completed') return null;
  const { code = 'internal', message = `The request is ${status}.`, param, retry_after_ms } = error ?? {};
  return new OrchestratorError(code as ErrorCode, message, {
    ...(param === undefined ? {} : { param }),
    ...(retry_after_ms === undefined ? {} : { retryAfterMs: retry_after_ms }),
  });
}

/** What the headers of an answer tell. `elapsedMs` is the time since the request arrived. */
export function setAnswerHeaders(reply: Exchange, record: OutcomeRecord, elapsedMs: number): void {
  const { attempts, provider, model, source, cost_usd, queue_ms, latency_ms } = record;
  // None of them is set before.
  const { fields } = reply;
  fields.push('x-orchestrator-attempts', String(attempts));
  // Where the caller named the call: what its letter and its story go by.
  if (reply.requestId !== record.id) fields.push('x-orchestrator-request-id', record.id);
  if (provider !== undefined) fields.push('x-orchestrator-provider', headerText(provider));
  if (model !== undefined) fields.push('x-orchestrator-model', headerText(model));
  if (source !== undefined) fields.push('x-orchestrator-source', source);
  if (typeof cost_usd === 'number') fields.push('x-orchestrator-cost', String(cost_usd));
  if (queue_ms !== undefined) fields.push('x-orchestrator-queue-ms', String(queue_ms));
  if (latency_ms !== undefined) {
    fields.push('x-orchestrator-overhead-ms', Math.max(0, elapsedMs - latency_ms).toFixed(2));
  }
}

/** Names of models come from callers and providers; a header holds visible ASCII. */
const headerText = (text: string): string =>
  /^[\x20-\x7e]{0,200}$/.test(text) ? text : text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
