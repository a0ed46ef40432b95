import type { Clock } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import type { AnswerSource, OutcomeStatus } from '../core/outcome.ts';
import type { Priority } from '../core/priority.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { STAGES, type StageName } from '../pipeline/stages.ts';

/** Ended requests that are kept. */
const KEPT = 1000;
/** Of those in flight so many are listed: the ones at work first, then the queues from the front. */
const MOST_OPEN = 250;

/** One request in a list. Times in milliseconds, `…_at` since the epoch; null where it is not known. */
export interface RequestPicture {
  readonly id: string;
  readonly session: string | null;
  readonly priority: Priority;
  /** How it ended; while it is in flight, whether it waits in a queue or somebody works on it. */
  readonly status: OutcomeStatus | 'waiting' | 'working';
  /** Where it is, or was when it ended. */
  readonly stage: StageName;
  readonly accepted_at: number | null;
  readonly ended_at: number | null;
  /** From acceptance to its end, or until now. */
  readonly total_ms: number | null;
  /** Of that, in queues. */
  readonly queued_ms: number | null;
  readonly source: AnswerSource | null;
  readonly provider: string | null;
  readonly model: string;
  /** Tries at providers. */
  readonly attempts: number;
  /** As the provider counted; null when it did not say. */
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** US dollars of its attempts; null while nobody is paid, or where the price is not known. */
  readonly cost_usd: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The requests that an engine can tell of. */
export interface RequestsPicture {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Requests in flight, those that are not listed included. */
  readonly in_flight: number;
  readonly open: readonly RequestPicture[];
  /** Newest first. */
  readonly ended: readonly RequestPicture[];
}

/**
 * What is kept of an ended request: never its texts, which may be large. One object for each place of the ring, filled anew
 * again and again: a thousand new ones that outlive their requests would be what the garbage collector is busy with.
 */
class Ended {
  id = '';
  session: string | undefined = undefined;
  priority: Priority = 'normal';
  status: OutcomeStatus = 'completed';
  stage = 0;
  /** Monotonic; not a number where it was not timed. */
  acceptedAt = Number.NaN;
  endedAt = Number.NaN;
  queuedMs = Number.NaN;
  source: AnswerSource | null = null;
  provider: string | null = null;
  model = '';
  attempts = 0;
  inputTokens = 0;
  outputTokens = 0;
  notes: Job['notes'] = null;
  error: Job['error'] = null;
  /** Made when somebody looks, and kept for who looks again: it does not change any more. */
  picture: RequestPicture | null = null;

  fill(job: Job, clock: Clock): void {
    const { request, trace } = job;
    this.id = request.id;
    this.session = request.session;
    this.priority = request.priority ?? 'normal';
    this.status = job.status;
    this.stage = job.stage;
    this.acceptedAt = trace === null ? Number.NaN : trace.acceptedAt;
    this.endedAt = trace === null ? clock.now() : trace.endedAt;
    this.queuedMs = trace === null ? Number.NaN : trace.queuedMs;
    this.source = job.source;
    this.provider = job.provider;
    this.model = job.model;
    this.attempts = job.attempts;
    this.inputTokens = job.inputTokens;
    this.outputTokens = job.outputTokens;
    this.notes = job.notes;
    this.error = job.error;
    this.picture = null;
  }
}

/**
 * The latest requests that were timed or did not end well, for whoever looks. A request that runs straight through all
 * stages and is answered leaves nothing, apart from the one in 512 that is timed: a record would cost more than it did.
 */
export class RecentRequests {
  private readonly clock: Clock;
  private readonly ring: Ended[] = [];
  private next = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Keeps what lists show of a request that has ended; the oldest leaves. */
  add(job: Job): void {
    const ended = this.ring[this.next] ?? new Ended();
    ended.fill(job, this.clock);
    this.ring[this.next] = ended;
    this.next = (this.next + 1) % KEPT;
  }

  read(pipeline: Pipeline): RequestsPicture {
    const { clock, ring, next } = this;
    const now = clock.now();
    const wall = clock.wall();
    const calendar = (at: number): number | null => (Number.isNaN(at) ? null : Math.round(wall - (now - at)));
    const newestFirst = [...ring.slice(next), ...ring.slice(0, next)].reverse();
    return {
      at: wall,
      in_flight: pipeline.counters.inFlight,
      open: openJobs(pipeline).map((job) => openPicture(job, now, calendar)),
      ended: newestFirst.map((ended) => {
        ended.picture ??= endedPicture(ended, calendar);
        return ended.picture;
      }),
    };
  }
}

function openJobs({ suspended, queues }: Pipeline): readonly Job[] {
  const found: Job[] = [];
  // What somebody works on for a request that has ended already is nobody's.
  for (const jobs of [suspended, ...queues]) {
    for (const job of jobs) {
      if (found.length === MOST_OPEN) return found;
      if (job.ended === null) found.push(job);
    }
  }
  return found;
}

function openPicture(job: Job, now: number, calendar: (at: number) => number | null): RequestPicture {
  const { request, trace, queuedSince } = job;
  const acceptedAt = trace?.acceptedAt ?? queuedSince ?? now;
  return {
    id: request.id,
    session: request.session ?? null,
    priority: request.priority ?? 'normal',
    status: queuedSince === null ? 'working' : 'waiting',
    stage: STAGES[job.stage]!,
    accepted_at: calendar(acceptedAt),
    ended_at: null,
    total_ms: now - acceptedAt,
    queued_ms: (trace?.queuedMs ?? 0) + (queuedSince === null ? 0 : now - queuedSince),
    source: null,
    provider: job.provider,
    model: job.model,
    attempts: job.attempts,
    input_tokens: known(job.inputTokens),
    output_tokens: known(job.outputTokens),
    cost_usd: null,
    error: null,
  };
}

function endedPicture(ended: Ended, calendar: (at: number) => number | null): RequestPicture {
  const { acceptedAt, endedAt, queuedMs, error } = ended;
  return {
    id: ended.id,
    session: ended.session ?? null,
    priority: ended.priority,
    status: ended.status,
    stage: STAGES[ended.stage]!,
    accepted_at: calendar(acceptedAt),
    ended_at: calendar(endedAt),
    total_ms: known(endedAt - acceptedAt),
    queued_ms: known(queuedMs),
    source: ended.source,
    provider: ended.provider,
    model: ended.model,
    attempts: ended.attempts,
    input_tokens: known(ended.inputTokens),
    output_tokens: known(ended.outputTokens),
    cost_usd: ended.notes?.spent?.dollars ?? null,
    error: error === null ? null : { code: error.code, message: error.message },
  };
}

/** Null for the numbers that say that something is not known: -1, and what is none. */
const known = (value: number): number | null => (value >= 0 ? value : null);
