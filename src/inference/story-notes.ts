import type { OrchestratorError } from '../core/errors.ts';
import type { AnswerSource, OutcomeStatus } from '../core/outcome.ts';
import { consumptionOf, type Spent } from '../core/spent.ts';
import type { AttemptReport } from './layers/timeout/timeout-layer.ts';
import { type AttemptStory, type ChoiceStory, costsOf, type Story, timesOf, tokensOf } from './story.ts';

/** Attempts and choices of one request that are kept: `retry_attempts` may be a hundred. */
const MOST = 200;
/** Attempts whose places stay for the next request. */
const USUAL = 2;

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

/** What was noted of one attempt; monotonic milliseconds. */
class AttemptNotes {
  provider = '';
  model = '';
  startedAt = 0;
  /** When its first piece came; not a number without any. */
  firstAt = Number.NaN;
  endedAt = 0;
  error: OrchestratorError | null = null;
  /** Its provider did something. */
  worked = false;
  input = 0;
  output = 0;
  estimated = false;

  fill({ attempt, provider, startedAt, firstAt, endedAt }: AttemptReport): void {
    const used = consumptionOf(attempt, attempt.said, attempt.error);
    this.provider = provider;
    this.model = attempt.model;
    this.startedAt = startedAt;
    this.firstAt = firstAt;
    this.endedAt = endedAt;
    this.error = attempt.error;
    this.worked = used !== null;
    this.input = used === null ? 0 : used.input;
    this.output = used === null ? 0 : used.output;
    this.estimated = used?.estimated === true;
  }

  story(acceptedAt: number): AttemptStory {
    const { provider, model, startedAt, firstAt, endedAt, error } = this;
    return {
      provider,
      model,
      started_ms: startedAt - acceptedAt,
      took_ms: endedAt - startedAt,
      first_token_ms: Number.isNaN(firstAt) ? null : firstAt - startedAt,
      result: error === null ? 'ok' : error.code,
      ...(error === null ? {} : { message: error.message }),
      ...(this.worked ? tokensOf(this) : {}),
    };
  }
}

/**
 * What was noted of one request; monotonic milliseconds. It is made a story when somebody asks, which is seldom, and its
 * object is used for one request after the other: a thousand new ones that outlive their requests would be what the
 * garbage collector is busy with.
 */
export class StoryNotes {
  id = '';
  policy: string | null = null;
  pipeline: string | null = null;
  /** When a router had it; infinite when none did. */
  beganAt = Number.POSITIVE_INFINITY;
  endedAt = Number.NEGATIVE_INFINITY;
  /** `left`: by its router, `settled`: altogether; null while it is on its way. */
  ended: 'left' | 'settled' | null = null;
  /** When the request had ended, if it has settled. */
  settledAt = 0;
  private choices: readonly ChoiceStory[] = [];
  private readonly attempts: AttemptNotes[] = [];
  private tried = 0;
  status: OutcomeStatus = 'completed';
  source: AnswerSource | null = null;
  provider: string | null = null;
  model = '';
  error: OrchestratorError | null = null;
  notes: EndedRequest['notes'] = null;
  acceptedAt = 0;
  queuedMs = 0;

  /** Forgets what it held: from here on it is of this request. */
  begin(id: string): void {
    this.id = id;
    this.policy = null;
    this.pipeline = null;
    this.beganAt = Number.POSITIVE_INFINITY;
    this.endedAt = Number.NEGATIVE_INFINITY;
    this.ended = null;
    this.choices = NONE;
    this.tried = 0;
    if (this.attempts.length > USUAL) this.attempts.length = USUAL;
    this.notes = null;
    this.error = null;
  }

  chose(choice: ChoiceStory): void {
    if (this.choices.length < MOST) this.choices = [...this.choices, choice];
  }

  attempted(report: AttemptReport): void {
    if (this.tried >= MOST) return;
    let notes = this.attempts[this.tried];
    if (notes === undefined) {
      notes = new AttemptNotes();
      this.attempts.push(notes);
    }
    this.tried++;
    notes.fill(report);
  }

  /** Not the request itself is kept: its text may be large. */
  end(
    how: 'left' | 'settled',
    { status, source, provider, model, error, notes, trace }: Omit<EndedRequest, 'id'>,
  ): void {
    this.ended = how;
    this.status = status;
    this.source = source;
    this.provider = provider;
    this.model = model;
    this.error = error;
    this.notes = notes;
    this.acceptedAt = trace === null ? 0 : trace.acceptedAt;
    this.settledAt = trace === null ? 0 : trace.endedAt;
    this.queuedMs = trace === null ? 0 : trace.queuedMs;
  }

  story(): Story {
    const { id, ended, status, source, provider, model, error, policy, pipeline, choices } = this;
    const attempts = this.attempts.slice(0, this.tried);
    const settled = ended === 'settled';
    const acceptedAt = settled ? this.acceptedAt : Math.min(this.beganAt, attempts[0]?.startedAt ?? Infinity);
    const trace = settled ? { acceptedAt, endedAt: this.settledAt, queuedMs: this.queuedMs } : null;
    return {
      id,
      status: ended === null ? 'in_flight' : status,
      ...(ended === null || source === null ? {} : { source }),
      ...(ended === null || provider === null ? {} : { provider, model }),
      ...(error === null ? {} : { error: { code: error.code, message: error.message } }),
      ...(policy === null ? {} : { policy }),
      ...(pipeline === null ? {} : { pipeline }),
      choices,
      attempts: attempts.map((attempt) => attempt.story(acceptedAt)),
      ...costsOf(this.notes?.spent),
      times: timesOf(trace, attempts, this),
    };
  }
}

const NONE: readonly ChoiceStory[] = [];
