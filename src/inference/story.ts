import { toDollars } from '../core/money.ts';
import type { AnswerSource, OutcomeStatus } from '../core/outcome.ts';
import type { Consumption, Spent } from '../core/spent.ts';

/** One candidate as it was when a router looked. */
export interface CandidateStory {
  readonly name: string;
  /** `busy`: a limit of ours makes it wait; `out`: not asked. */
  readonly verdict: 'chosen' | 'passed_over' | 'busy' | 'out';
  readonly reason: string;
}

export interface ChoiceStory {
  readonly candidates: readonly CandidateStory[];
}

export interface AttemptStory {
  readonly provider: string;
  readonly model: string;
  /** Milliseconds from acceptance to its beginning, and how long it took. */
  readonly started_ms: number;
  readonly took_ms: number;
  /** From its beginning to its first piece; null without any. */
  readonly first_token_ms: number | null;
  /** `ok`, or its error code; `cancelled` when another one won. */
  readonly result: string;
  readonly message?: string;
  /** As the provider counted, else estimated; absent for one that failed before the provider did anything. */
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  /** One of these two is an estimate. */
  readonly estimated?: true;
}

/** Where the time of a request went, milliseconds; the parts add up to the total. */
export interface StoryTimes {
  /** In queues. */
  readonly queued_ms: number;
  /** At least one provider was at work on it. */
  readonly asking_ms: number;
  /** Between and before attempts: for a place, a turn, the next try. */
  readonly waiting_ms: number;
  /** Everything else: context, templates, transforms, hooks. */
  readonly other_ms: number;
  readonly total_ms: number;
}

/** The whole story of one request: what `explain` tells. */
export interface Story {
  readonly id: string;
  readonly status: OutcomeStatus | 'in_flight';
  readonly source?: AnswerSource;
  /** Who answered. */
  readonly provider?: string;
  readonly model?: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Absent when there was nothing to choose from. */
  readonly policy?: string;
  readonly pipeline?: string;
  readonly choices: readonly ChoiceStory[];
  readonly attempts: readonly AttemptStory[];
  /** Rows of the ledger, one for each attempt that used something, and their sum; absent where nothing is paid for. */
  readonly costs?: readonly CostStory[];
  /** Null while a price is not known. */
  readonly cost_usd?: number | null;
  /** Null for a request that was not timed, or is in flight. */
  readonly times: StoryTimes | null;
}

/** What one attempt has cost. */
export interface CostStory {
  readonly provider: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** A number of tokens is an estimate, and so is the sum. */
  readonly estimated?: true;
  /** Null when nobody knows the price. */
  readonly usd: number | null;
}

export function costsOf(spent: Spent | undefined): Pick<Story, 'costs' | 'cost_usd'> {
  if (spent === undefined) return {};
  const costs = spent.rows.map(({ provider, model, cost, ...used }) => ({
    ...{ provider, model },
    ...tokensOf(used),
    usd: cost === null ? null : toDollars(cost),
  }));
  return { costs, cost_usd: spent.dollars };
}

/** Tokens of an attempt, said to be estimated where they are. */
export const tokensOf = ({ input, output, estimated }: Omit<Consumption, 'cacheRead' | 'cacheWrite'>) => ({
  input_tokens: input,
  output_tokens: output,
  ...(estimated ? ({ estimated: true } as const) : {}),
});

interface Interval {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** @param routed when a router had the request; infinite when none did */
export function timesOf(
  trace: { readonly acceptedAt: number; readonly endedAt: number; readonly queuedMs: number } | null,
  attempts: readonly Interval[],
  routed: { readonly beganAt: number; readonly endedAt: number },
): StoryTimes | null {
  if (trace === null) return null;
  const { acceptedAt, endedAt, queuedMs } = trace;
  // What a provider did after the request had ended, or for another one before, is not its time.
  const within = attempts
    .map((one) => ({ from: Math.max(one.startedAt, acceptedAt), to: Math.min(one.endedAt, endedAt) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  let asking = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of within) {
    asking += Math.max(to - Math.max(from, until), 0);
    until = Math.max(until, to);
  }
  const began = Math.max(Math.min(routed.beganAt, within[0]?.from ?? Number.POSITIVE_INFINITY), acceptedAt);
  const ended = Math.min(Math.max(routed.endedAt, until), endedAt);
  const waiting = ended > began ? Math.max(ended - began - asking, 0) : 0;
  const total = endedAt - acceptedAt;
  return {
    queued_ms: queuedMs,
    asking_ms: asking,
    waiting_ms: waiting,
    other_ms: total - queuedMs - asking - waiting,
    total_ms: total,
  };
}
