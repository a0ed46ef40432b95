import type { Call } from '../core/call.ts';
import type { OrchestratorError } from '../core/errors.ts';
import type { AnswerSource, OutcomeStatus } from '../core/outcome.ts';
import { type Consumption, consumptionOf, type Spent } from '../core/spent.ts';
import type { AttemptReport } from './layers/timeout/timeout-layer.ts';
import { type AttemptStory, type ChoiceStory, costsOf, type Story, timesOf, tokensOf } from './story.ts';

/** Requests whose story is kept. */
const KEPT = 1000;
/** Attempts and choices of one request that are kept: `retry_attempts` may be a hundred. */
const MOST = 200;

/** A request that has ended, as far as its story goes. `Job` is one. */
export interface EndedRequest {
  readonly id: string;
  readonly status: OutcomeStatus;
  readonly source: AnswerSource | null;
  readonly provider: string | null;
  readonly model: string;
  readonly error: OrchestratorError | null;
  readonly notes: { readonly spent?: Spent } | null;
  readonly trace: { readonly acceptedAt: number; readonly endedAt: number; readonly queuedMs: number } | null;
}

/** What was noted of one attempt: it is made a story when somebody asks, which is seldom. Monotonic milliseconds. */
interface Attempted extends Omit<AttemptReport, 'attempt'> {
  readonly model: string;
  readonly error: OrchestratorError | null;
  /** Null when its provider did nothing. */
  readonly used: Consumption | null;
}

/** What was noted of one request; monotonic milliseconds. */
interface Entry {
  readonly choices: ChoiceStory[];
  readonly attempts: Attempted[];
  policy: string | null;
  pipeline: string | null;
  beganAt: number;
  endedAt: number;
  end: EndedRequest | null;
}

/**
 * Why each of the latest requests went where it went: who could have answered, why the others could not, every attempt.
 * A ring of a thousand; requests that were answered without waiting and without a choice leave nothing.
 */
export class Decisions {
  private readonly entries = new Map<string, Entry>();
  private readonly ring: string[] = [];
  private next = 0;

  /** A router takes over a call. */
  began(call: Call, policy: string, pipeline: string | null, now: number): void {
    const known = this.entries.get(call.id);
    // An id that is used again begins a story of its own; so does a call that is routed for the second time.
    const entry = known === undefined || known.end !== null ? this.fresh(call.id) : known;
    entry.policy = policy;
    entry.pipeline = pipeline;
    entry.beganAt = now;
  }

  chose(call: Call, choice: ChoiceStory): void {
    const { choices } = this.open(call.id);
    if (choices.length < MOST) choices.push(choice);
  }

  /** The router is done with it; for a call that nobody times that is all that will be known of its end. */
  left(call: Call, now: number): void {
    const entry = this.open(call.id);
    entry.endedAt = now;
    const { id, error, provider, latest } = call;
    const status = error === null ? 'completed' : 'failed';
    entry.end ??= {
      id,
      status,
      source: null,
      provider,
      model: latest?.model ?? call.model,
      error,
      notes: call.notes,
      trace: null,
    };
  }

  readonly attempted = ({ attempt, provider, startedAt, firstAt, endedAt }: AttemptReport): void => {
    const known = this.entries.get(attempt.call.id);
    // One that lost, or was given up, may report when its request has long ended; one that begins after that is another's.
    const another = known?.end?.trace != null && startedAt >= known.end.trace.endedAt;
    const { attempts } = known === undefined || another ? this.fresh(attempt.call.id) : known;
    if (attempts.length >= MOST) return;
    const { error, model } = attempt;
    const used = consumptionOf(attempt, attempt.said, error);
    attempts.push({ provider, model, startedAt, firstAt, endedAt, error, used });
  };

  /** A request that was timed has ended. */
  settled({ id, status, source, provider, model, error, notes, trace }: EndedRequest): void {
    const known = this.entries.get(id);
    const entry = known === undefined || known.end?.trace != null ? this.fresh(id) : known;
    const { acceptedAt = 0, endedAt = 0, queuedMs = 0 } = trace ?? {};
    // Not the request itself: its text may be large.
    entry.end = { id, status, source, provider, model, error, notes, trace: { acceptedAt, endedAt, queuedMs } };
  }

  /** The story of a request; null when it left none, or it was too long ago. */
  explain(id: string): Story | null {
    const entry = this.entries.get(id);
    if (entry === undefined) return null;
    const { end, choices, policy, pipeline } = entry;
    const acceptedAt = end?.trace?.acceptedAt ?? Math.min(entry.beganAt, entry.attempts[0]?.startedAt ?? Infinity);
    const attempts = entry.attempts.map((attempt) => storyOf(attempt, acceptedAt));
    return {
      id,
      status: end?.status ?? 'in_flight',
      ...(end?.source == null ? {} : { source: end.source }),
      ...(end?.provider == null ? {} : { provider: end.provider, model: end.model }),
      ...(end?.error == null ? {} : { error: { code: end.error.code, message: end.error.message } }),
      ...(policy === null ? {} : { policy }),
      ...(pipeline === null ? {} : { pipeline }),
      choices,
      attempts,
      ...costsOf(end?.notes?.spent),
      times: timesOf(end?.trace ?? null, entry.attempts, entry),
    };
  }

  private open(id: string): Entry {
    return this.entries.get(id) ?? this.fresh(id);
  }

  private fresh(id: string): Entry {
    const entry: Entry = {
      choices: [],
      attempts: [],
      policy: null,
      pipeline: null,
      beganAt: Number.POSITIVE_INFINITY,
      endedAt: Number.NEGATIVE_INFINITY,
      end: null,
    };
    if (!this.entries.has(id)) {
      const oldest = this.ring[this.next];
      if (oldest !== undefined) this.entries.delete(oldest);
      this.ring[this.next] = id;
      this.next = (this.next + 1) % KEPT;
    }
    this.entries.set(id, entry);
    return entry;
  }
}

function storyOf(
  { provider, model, startedAt, firstAt, endedAt, error, used }: Attempted,
  acceptedAt: number,
): AttemptStory {
  return {
    provider,
    model,
    started_ms: startedAt - acceptedAt,
    took_ms: endedAt - startedAt,
    first_token_ms: Number.isNaN(firstAt) ? null : firstAt - startedAt,
    result: error === null ? 'ok' : error.code,
    ...(error === null ? {} : { message: error.message }),
    ...(used === null ? {} : tokensOf(used)),
  };
}
