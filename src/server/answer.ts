import { type ErrorCode, OrchestratorError } from '../core/errors.ts';
import type { OutcomeRecord } from '../core/outcome.ts';

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
    ...(record.tool_calls === undefined ? {} : { tool_calls: record.tool_calls }),
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
export function answerHeaders(record: OutcomeRecord, elapsedMs: number): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { 'x-orchestrator-attempts': String(record.attempts) };
  if (record.provider !== undefined) headers['x-orchestrator-provider'] = headerText(record.provider);
  if (record.model !== undefined) headers['x-orchestrator-model'] = headerText(record.model);
  if (record.source !== undefined) headers['x-orchestrator-source'] = record.source;
  if (typeof record.cost_usd === 'number') headers['x-orchestrator-cost'] = String(record.cost_usd);
  if (record.queue_ms !== undefined) headers['x-orchestrator-queue-ms'] = String(record.queue_ms);
  if (record.latency_ms !== undefined) {
    headers['x-orchestrator-overhead-ms'] = Math.max(0, elapsedMs - record.latency_ms).toFixed(2);
  }
  return headers;
}

/** Names of models come from callers and providers; a header holds visible ASCII. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
