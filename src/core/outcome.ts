import type { OrchestratorError } from './errors.ts';
import type { NativeAnswer } from './native.ts';
import type { Citation, PromptRequest, ToolCall } from './request.ts';
import type { Spent } from './spent.ts';

/** How a request can end; exactly one of them (capability A9). */
export const OUTCOME_STATUSES = ['completed', 'blocked', 'limited', 'shed', 'expired', 'failed', 'cancelled'] as const;

export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number];

/** Where a completed answer came from. */
export type AnswerSource = 'model' | 'cache' | 'coalesced' | 'near_duplicate';

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** True when a number was estimated because the provider did not say. */
  readonly estimated: boolean;
  /** Of the input: read from the provider's prompt cache. Absent when it did not say. */
  readonly cache_read_tokens?: number;
  /** Of the input: written to the provider's prompt cache. */
  readonly cache_write_tokens?: number;
}

/** Where the time of a request went; milliseconds. */
export interface Timing {
  /** From acceptance to outcome. */
  readonly totalMs: number;
  /** Of that, waiting in queues. */
  readonly queuedMs: number;
}

/** What the guard made of a request that it had something against. */
export interface GuardNote {
  readonly action: 'allow' | 'flag' | 'block';
  /** The kind of attack it looks like. */
  readonly class: string;
  /** From 0 to 1. */
  readonly score: number;
  readonly evidence: readonly string[];
}

/** What was noted about a request on its way, for its outcome. */
export interface Notes {
  readonly guard?: GuardNote;
  /** What its attempts have cost; absent where nothing is paid for. */
  readonly spent?: Spent;
}

/** The end of one request. */
export interface Outcome {
  readonly request: PromptRequest;
  readonly status: OutcomeStatus;
  /** The answer; on a failure after the first token, what had arrived. */
  readonly text: string;
  readonly source: AnswerSource | null;
  readonly provider: string | null;
  /** `''` when no provider was asked. */
  readonly model: string;
  /** `stop`, `length`, `tool_calls`, or what the provider said. */
  readonly finishReason: string | null;
  /** The functions that the model called; null when it called none. */
  readonly toolCalls: readonly ToolCall[] | null;
  /** The passages that the model was given as context, the best match first; null when it was given none. */
  readonly citations: readonly Citation[] | null;
  /** What the answer has in the caller's own dialect; null where the request came in none, or the provider speaks another. */
  readonly native: NativeAnswer | null;
  readonly usage: Usage | null;
  /** Tries at providers. */
  readonly attempts: number;
  readonly error: OrchestratorError | null;
  /** Null for a request that did not wait, or for less than a millisecond in a queue, and was not sampled. */
  readonly timing: Timing | null;
  /** Null for most. */
  readonly notes: Notes | null;
}

/** An outcome as it is printed, stored and sent: one JSON object, absent fields left out. */
export interface OutcomeRecord {
  readonly id: string;
  readonly status: OutcomeStatus;
  readonly output?: string;
  readonly source?: AnswerSource;
  readonly provider?: string;
  readonly model?: string;
  readonly session_id?: string;
  readonly finish_reason?: string;
  readonly tool_calls?: readonly ToolCall[];
  readonly citations?: readonly Citation[];
  readonly native?: NativeAnswer;
  readonly usage?: Usage;
  readonly attempts: number;
  /** US dollars; null when the price of a model is not known. Absent when no provider was asked. */
  readonly cost_usd?: number | null;
  readonly latency_ms?: number;
  readonly queue_ms?: number;
  readonly guard?: GuardNote;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly param?: string;
    readonly retry_after_ms?: number;
  };
}

/** US dollars a request has cost; null when the price of a model is not known. What came from a cache costs nothing. */
export function costUsd({ notes }: Pick<Outcome, 'notes'>): number | null {
  return notes?.spent === undefined ? 0 : notes.spent.dollars;
}

const toHundredths = (ms: number): number => Math.round(ms * 100) / 100;

export function outcomeRecord(outcome: Outcome): OutcomeRecord {
  const { request, error, timing, text, status, source, provider, model, finishReason, notes } = outcome;
  const record = { id: request.id, status } as { -readonly [Key in keyof OutcomeRecord]: OutcomeRecord[Key] };
  // Field by field: spreading what may be absent made this the dearest part of an answer over HTTP.
  if (status === 'completed' || text !== '') record.output = text;
  if (source !== null) record.source = source;
  if (provider !== null) record.provider = provider;
  if (model !== '') record.model = model;
  if (request.session !== undefined) record.session_id = request.session;
  if (finishReason !== null) record.finish_reason = finishReason;
  if (outcome.toolCalls !== null) record.tool_calls = outcome.toolCalls;
  if (outcome.citations !== null) record.citations = outcome.citations;
  if (outcome.native !== null) record.native = outcome.native;
  // Asked once: where the provider did not count, each look at it estimates anew.
  const { usage } = outcome;
  if (usage !== null) record.usage = usage;
  record.attempts = outcome.attempts;
  if (usage !== null) record.cost_usd = costUsd(outcome);
  if (timing !== null) {
    record.latency_ms = toHundredths(timing.totalMs);
    record.queue_ms = toHundredths(timing.queuedMs);
  }
  if (notes?.guard !== undefined) record.guard = notes.guard;
  if (error !== null) record.error = errorRecord(error);
  return record;
}

/** An error as part of an outcome record. */
export function errorRecord({
  code,
  message,
  param,
  retryAfterMs,
}: OrchestratorError): NonNullable<OutcomeRecord['error']> {
  return {
    code,
    message,
    ...(param === undefined ? {} : { param }),
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  };
}
