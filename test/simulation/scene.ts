import type { DeadLetter } from '../../src/core/dead-letter.ts';
import type { Job } from '../../src/core/job.ts';
import type { Outcome, OutcomeStatus } from '../../src/core/outcome.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Engine } from '../../src/engine.ts';
import type { BreakerChange } from '../../src/inference/events.ts';
import type { Config } from '../../src/sections.ts';
import type { Database } from '../../src/storage/database.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { ManualClock } from '../support/manual-clock.ts';
import type { Checker, Violation } from './checker.ts';
import { CountingClock } from './counting-clock.ts';
import type { Plan } from './plan.ts';
import type { Call, Death, Sent } from './records.ts';
import { Trace } from './trace.ts';

export type { Call, Sent } from './records.ts';

/** When a dead letter is sent again by itself: 2, 4, 8, … seconds after its death, 60 at most. */
const waitMs = ({ hops }: DeadLetter): number => Math.min(2 ** (hops + 1), 60) * 1000;

/** One simulation as everybody in it sees it: the clock, the engine, and what has happened so far. */
export class Scene {
  readonly clock = new ManualClock();
  /** The same clock, as the engine gets it. */
  readonly engineClock = new CountingClock(this.clock);
  readonly plan: Plan;
  /** Its configuration, as the engine begins with it. */
  readonly config: Config;
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
  private readonly byQuestion = new Map<string, Sent[]>();
  /** Whether answers are given to more than one. */
  private readonly reuses: boolean;
  /** Whether dead letters are sent again, by themselves or by somebody. */
  readonly replays: boolean;
  /** The latest death of each request. */
  readonly deaths = new Map<string, Death>();
  /** What the store holds; null where there is none that remembers. */
  database: Database | null = null;
  private readonly askers = new WeakMap<Job, Sent>();
  private readonly timeouts = new WeakMap<Job, number>();
  private latest: Snapshot | null = null;

  constructor(plan: Plan, config: Config, print: ((line: string) => void) | null) {
    this.plan = plan;
    this.trace = new Trace(() => this.clock.now(), print);
    this.timeoutMs = plan.config.stages.inference.timeout_ms;
    this.config = config;
    this.reuses = config.deduplication.enabled || config.cache.enabled;
    this.replays = config.dead_letters.auto_replay || plan.deeds.some((deed) => deed.do === 'replay');
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

  /** What a request asks, `prompt` in plain words. */
  questionOf({ id, tenant, no_cache }: PromptRequest, prompt: string): string {
    return this.reuses && no_cache !== true ? JSON.stringify([tenant ?? null, prompt]) : id;
  }

  /** Those who have asked the same so far, the one itself included. */
  whoAsk({ question }: Sent): readonly Sent[] {
    return this.byQuestion.get(question)!;
  }

  /** Somebody who asks the same can still use an answer: nothing has come of it yet. */
  wanted(sent: Sent): boolean {
    const asking = this.whoAsk(sent).some(({ told, job }) => told === null && (job === null || job.ended === null));
    return asking || this.sharedByLetter(sent);
  }

  /** A letter that is sent again, and asks the same, may wait for the call of somebody else: of that nobody is told. */
  sharedByLetter(sent: Sent): boolean {
    if (!this.reuses || this.deaths.size === 0) return false;
    const now = this.clock.now();
    return [...this.deaths].some(([id, { againAt }]) => againAt <= now && this.find(id).question === sent.question);
  }

  add(sent: Sent): void {
    this.sent.push(sent);
    const asking = this.byQuestion.get(sent.question);
    if (asking === undefined) this.byQuestion.set(sent.question, [sent]);
    else asking.push(sent);
    this.byId.set(sent.request.id, sent);
    this.waiting.add(sent);
    const { id, priority = 'unsaid', deadline_ms = -1 } = sent.request;
    this.trace.note('submitted', id, priority, deadline_ms);
    for (const checker of this.checkers) checker.submitted?.(sent);
  }

  /** Whom a provider is asked for, by `job`: a request that is sent again is somebody of its own. */
  asker(id: string, job: Job): Sent {
    const known = this.askers.get(job);
    if (known !== undefined) return known;
    const asker = this.find(id);
    const death = this.deaths.get(id);
    const alive = death === undefined || death.letter.hops < asker.hops;
    // A call that several share goes on when the one who began it has died.
    const goesOn = this.reuses && !alive && death.againAt > this.clock.now();
    const sent = alive || goesOn ? asker : this.again(asker, death, job);
    this.askers.set(job, sent);
    return sent;
  }

  /** Milliseconds that an attempt for `job` may take: what held when it was tried first, as changes are for those that come. */
  timeoutOf(job: Job): number {
    const timeoutMs = this.timeouts.get(job) ?? this.timeoutMs;
    this.timeouts.set(job, timeoutMs);
    return timeoutMs;
  }

  private again(sent: Sent, death: Death, job: Job): Sent {
    const { id } = sent.request;
    const hops = death.letter.hops + 1;
    const sentAt = death.againAt;
    const again: Sent = {
      ...sent,
      // It came before everybody who came since; nobody knows when that was.
      nr: -1,
      question: this.reuses ? sent.question : `${id} after ${hops}`,
      sentAt,
      // It was claimed first, which took its time.
      deadlineAt: job.deadlineAt,
      workedBefore: this.worked,
      signal: null,
      job,
      takenBack: false,
      timesTold: 0,
      told: null,
      streamed: null,
      calls: [],
      hops,
      record: null,
    };
    this.byId.set(id, again);
    const asking = this.byQuestion.get(again.question);
    if (asking === undefined) this.byQuestion.set(again.question, [again]);
    else asking.push(again);
    this.trace.note('sent_again', id, hops);
    return again;
  }

  /** A provider is asked. */
  called(call: Call): void {
    this.calls.push(call);
    this.openCalls.add(call);
    const before = call.sent.calls.at(-1);
    if (before !== undefined && before.provider !== call.provider) {
      this.trace.note(before.endedAt === null ? 'asked_beside' : 'failed_over', call.provider, call.sent.request.id);
    }
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
    const { request, reason, hops } = letter;
    if (this.replays) {
      // Nobody is told of the end of a replay.
      if (this.deaths.has(request.id)) this.outcomes[reason === 'interrupted' ? 'failed' : reason]++;
      const at = this.clock.now();
      const { auto_replay, max_deaths } = this.config.dead_letters;
      const itself = auto_replay && hops + 1 < max_deaths;
      this.deaths.set(request.id, { letter, at, againAt: itself ? at + waitMs(letter) : Number.POSITIVE_INFINITY });
    }
    this.trace.note(`buried:${reason}`, request.id, letter.attempts, hops);
    for (const checker of this.checkers) checker.buried?.(letter);
    this.look(false);
  }

  /** Somebody sends letters again, at once. */
  replay(session: string | undefined): void {
    const now = this.clock.now();
    const matching = this.engine.deadLetters
      .list()
      .filter(({ request }) => session === undefined || request.session === session)
      .map(({ request }) => this.deaths.get(request.id)!);
    // The others are on their way, or nobody may have them. While a new letter is written the old one is there, too.
    const free = [...new Set(matching)].filter(({ againAt }) => againAt > now);
    for (const death of free) death.againAt = now;
    const begun = this.engine.replayDeadLetters(session === undefined ? {} : { session });
    this.trace.note('replayed', begun);
    const least = free.length;
    if (begun < least || begun > matching.length) {
      this.violated('replays', `${begun} letters are sent again, of ${least} that wait and ${matching.length} in all`);
    }
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
