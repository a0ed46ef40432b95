import type { DeadLetter } from '../../src/core/dead-letter.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Job } from '../../src/core/job.ts';
import type { Outcome, OutcomeStatus } from '../../src/core/outcome.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Engine } from '../../src/engine.ts';
import type { BreakerChange } from '../../src/inference/events.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { ManualClock } from '../support/manual-clock.ts';
import type { Checker, Violation } from './checker.ts';
import { CountingClock } from './counting-clock.ts';
import type { Conduct, Plan } from './plan.ts';
import { Trace } from './trace.ts';

/** One request as its caller knows it. */
export interface Sent {
  readonly nr: number;
  readonly request: PromptRequest;
  readonly sentAt: number;
  /** Infinite without a deadline. */
  readonly deadlineAt: number;
  /** What the callers' and hooks' own work had taken altogether when it was sent. */
  readonly workedBefore: number;
  readonly signal: AbortSignal | null;
  /** Null while `submit` has not returned. */
  job: Job | null;
  /** How often the caller was told. */
  timesTold: number;
  told: { readonly at: number; readonly status: OutcomeStatus; readonly text: string } | null;
  /** Pieces as they arrived; null where the listener has thrown. */
  streamed: string | null;
  readonly calls: Call[];
  /** How often it has been a dead letter before. */
  readonly hops: number;
  /** Whether its outcome is written down; null where its surface does not ask for that. */
  record: 'asked' | 'pending' | 'written' | 'failed' | null;
}

/** One call of the engine to a provider, as the provider knows it. */
export interface Call {
  readonly nr: number;
  readonly provider: string;
  readonly sent: Sent;
  readonly conduct: Conduct;
  readonly startedAt: number;
  /** When the engine gives it up. */
  readonly timeoutAt: number;
  /** Everything that was emitted. */
  said: string;
  /** What had been emitted when it ended; null while it is open. */
  saidByEnd: string | null;
  /** What was emitted while the engine listened. */
  heard: string;
  /** The error that the provider gave, and how long it asked to wait; null and 0 without. */
  error: ErrorCode | null;
  retryAfterMs: number;
  /** Null while it is open. */
  endedAt: number | null;
  /** The provider was told that nobody wants the answer. */
  aborted: boolean;
  /** That was because it took too long, and not because its request had ended. */
  givenUp: boolean;
}

/** One simulation as everybody in it sees it: the clock, the engine, and what has happened so far. */
export class Scene {
  readonly clock = new ManualClock();
  /** The same clock, as the engine gets it. */
  readonly engineClock = new CountingClock(this.clock);
  readonly plan: Plan;
  readonly trace: Trace;
  /** Set once it exists; nobody is called before. */
  engine!: Engine;
  checkers: readonly Checker[] = [];

  readonly sent: Sent[] = [];
  readonly calls: Call[] = [];
  /** Calls that their providers have not ended. */
  readonly openCalls = new Set<Call>();
  readonly letters: DeadLetter[] = [];
  /** Requests whose callers have not been told. */
  readonly waiting = new Set<Sent>();
  readonly outcomes: Record<OutcomeStatus, number> = {
    completed: 0,
    blocked: 0,
    limited: 0,
    shed: 0,
    expired: 0,
    failed: 0,
    cancelled: 0,
  };
  /** Milliseconds of synchronous work in hooks so far: nobody can be on time meanwhile. */
  worked = 0;
  /** Callbacks of clients on the stack. */
  nested = 0;
  /** Somebody trips or resets a breaker right now. */
  byHand = false;
  /** Dashboards that are open. */
  watchers = 0;
  /** What clients and deeds still have in mind. */
  scheduled = 0;
  /** Providers that were told to let go of their connections. */
  readonly closed = new Set<string>();
  timeoutMs: number;
  violation: Violation | null = null;

  /** Some callers hear of an outcome a microtask after the engine has counted it. */
  private readonly someAwait: boolean;
  private readonly byId = new Map<string, Sent>();
  private latest: Snapshot | null = null;

  constructor(plan: Plan, print: ((line: string) => void) | null) {
    this.plan = plan;
    this.trace = new Trace(() => this.clock.now(), print);
    this.timeoutMs = plan.config.stages.inference.timeout_ms;
    this.someAwait = plan.clients.some(({ ways }) => (ways.handle ?? 0) > 0);
  }

  /** The first violation ends the simulation; what follows from it is of no interest. */
  violated(checker: string, message: string): void {
    if (this.violation !== null) return;
    this.violation = { checker, message };
    this.trace.note('VIOLATED', checker, message);
  }

  /** Does something later, as part of the plan. */
  later(ms: number, deed: () => void): void {
    this.scheduled++;
    this.clock.after(ms, () => {
      this.scheduled--;
      deed();
    });
  }

  work(ms: number): void {
    this.worked += ms;
    this.clock.work(ms);
  }

  find(id: string): Sent {
    const sent = this.byId.get(id);
    if (sent === undefined) throw new Error(`nobody has sent ${id}`);
    return sent;
  }

  add(sent: Sent): void {
    this.sent.push(sent);
    this.byId.set(sent.request.id, sent);
    this.waiting.add(sent);
    const { id, priority = 'unsaid', deadline_ms = -1 } = sent.request;
    this.trace.note('submitted', id, priority, deadline_ms);
    for (const checker of this.checkers) checker.submitted?.(sent);
  }

  /** A provider is asked. */
  called(call: Call): void {
    this.calls.push(call);
    this.openCalls.add(call);
    call.sent.calls.push(call);
    this.trace.note(`called:${call.conduct.replace(' ', '_')}`, call.provider, call.sent.request.id);
    for (const checker of this.checkers) checker.called?.(call);
    this.look(false);
  }

  /** A provider has ended its call. */
  ended(call: Call): void {
    call.saidByEnd = call.said;
    call.endedAt = this.clock.now();
    this.openCalls.delete(call);
    for (const checker of this.checkers) checker.ended?.(call);
  }

  breakerChanged(change: BreakerChange): void {
    const { provider, state, failures, failed_rounds, next_probe_ms } = change;
    this.trace.note(`breaker_${state}`, provider, failures, failed_rounds, next_probe_ms);
    for (const checker of this.checkers) checker.breakerChanged?.(change);
    this.look(false);
  }

  /** Calls that the engine must still count: what it has given up may be forgotten before the provider notices. */
  get counted(): Call[] {
    const now = this.clock.now();
    return [...this.openCalls].filter(({ givenUp, timeoutAt }) => !givenUp && timeoutAt > now);
  }

  /** A caller is told. */
  tell(sent: Sent, outcome: Outcome): void {
    const { status, text, error, attempts } = outcome;
    sent.timesTold++;
    if (sent.told === null) {
      sent.told = { at: this.clock.now(), status, text };
      this.outcomes[status]++;
      this.waiting.delete(sent);
    }
    const why = error === null ? status : `${status}:${error.code}`;
    this.trace.note(why, sent.request.id, attempts, text.length, outcome.usage?.output_tokens ?? -1);
    for (const checker of this.checkers) checker.told?.(sent, outcome);
    this.look(false);
  }

  buried(letter: DeadLetter): void {
    this.letters.push(letter);
    this.trace.note(`buried:${letter.reason}`, letter.request.id, letter.attempts);
    for (const checker of this.checkers) checker.buried?.(letter);
    this.look(false);
  }

  /** Somebody stops the engine. Resolves when it has stopped. */
  async drain(graceMs: number): Promise<void> {
    const begun = this.clock.now();
    await this.engine.drain(graceMs);
    this.trace.note('drained', graceMs);
    for (const checker of this.checkers) checker.drained?.(graceMs, this.clock.now() - begun);
  }

  /** Looks at the engine; `quiet` when nothing is on the stack and no promise is left to run. */
  look(quiet: boolean): void {
    const snapshot = this.engine.snapshot();
    if (snapshot === this.latest) return;
    this.latest = snapshot;
    const { submitted, in_flight } = snapshot.totals;
    this.trace.note('looked', submitted, in_flight, quiet);
    for (const checker of this.checkers) checker.looked?.(snapshot, quiet || !this.someAwait, quiet);
  }
}
