import type { Step } from '../core/attempt.ts';
import type { Call } from '../core/call.ts';
import { OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import type { Bus } from '../core/events.ts';
import type { Job } from '../core/job.ts';
import type { NotingClock } from '../core/noting-clock.ts';
import type { AnswerSource } from '../core/outcome.ts';
import { type Answer, giveNumbers } from './answer.ts';
import type { ReuseEvents } from './events.ts';
import { keyOf, type SplitKey, splitKey } from './key.ts';
import { NearDuplicates } from './near/near-duplicates.ts';
import { ResponseCache } from './response-cache.ts';
import type { ReusePicture, ReuseRecord } from './reuse-record.ts';
import type { ReuseSettings } from './settings.ts';
import { SharedCall } from './shared-call.ts';
import { SingleFlight } from './single-flight.ts';

/** Requests that may wait for calls which are not theirs. Each holds its messages and a timer: there must be an end to it. */
const MOST_FOLLOWERS = 100_000;

export interface ReuseParts {
  readonly clock: NotingClock;
  readonly record: ReuseRecord;
  readonly events: Pick<Bus<ReuseEvents>, 'emit' | 'heard'>;
  /** Makes the call when nothing can be reused. */
  readonly ask: Step<Call>;
  /** Calls never wait: there is nothing to share then, and a request is its own call. */
  readonly immediate: boolean;
}

/** The layers that need no call: the store, calls in flight, near-duplicates, in this order. */
export class Reuse {
  private readonly capacity: number;
  private readonly parts: ReuseParts;
  private readonly record: ReuseRecord;
  private readonly ask: Step<Call>;
  private readonly ownCalls: boolean;
  private readonly store: ResponseCache;
  private readonly flights = new SingleFlight<Job, SharedCall>();
  private readonly near: NearDuplicates | null;

  constructor(settings: ReuseSettings, parts: ReuseParts) {
    this.capacity = settings.store.maxEntries;
    this.parts = parts;
    this.record = parts.record;
    this.ask = parts.ask;
    this.ownCalls = parts.immediate || !settings.shareCalls;
    this.store = new ResponseCache(settings.store, parts.clock);
    this.near = settings.near === null ? null : new NearDuplicates(settings.near, parts.clock);
  }

  /** Answers a job, with or without a call. */
  readonly step: Step<Job> = (job) => {
    if (job.request.no_cache === true) return this.ask(job);
    const key = keyOf(job);
    const answer = this.store.get(key);
    if (answer !== undefined) return this.give(job, answer, 'cache');
    const { ticket } = this.store;
    const flight = this.flights.find(key);
    if (flight !== undefined) return this.follow(job, flight.work, 'coalesced');
    if (this.near === null) return this.begin(job, key, ticket);
    return this.tryNear(this.near, job, key, ticket);
  };

  /**
   * The same for a job that has no slot: false when it needs a call, and nothing has happened then. An answer from the
   * store is given only if there is `room` for the job to go on. Near-duplicates are left for when it has its slot.
   */
  withoutCall(job: Job, room: boolean): false | void | Promise<void> {
    if (job.request.no_cache === true) return false;
    const key = keyOf(job);
    const known = this.store.has(key) ? room : this.flights.find(key) !== undefined;
    return known ? this.step(job) : false;
  }

  /** Empties the store; returns how many answers that were. Calls in flight go on. */
  flush(): number {
    this.near?.clear();
    const entries = this.store.flush();
    this.record.changes++;
    this.parts.events.emit('reuse.flushed', { entries });
    return entries;
  }

  /** Another one takes over: what was counted here stays in the record. */
  close(): void {
    this.record.evictions += this.store.evictions;
  }

  picture(): ReusePicture {
    const { record, store } = this;
    return {
      exact_hits: record.exactHits,
      in_flight_joins: record.joins,
      misses: record.misses,
      entries: store.size,
      capacity: this.capacity,
      evictions: record.evictions + store.evictions,
      calls_in_flight: this.flights.size,
      followers: record.followers,
      avoided_calls: record.avoidedCalls,
      avoided_tokens: record.avoidedTokens,
      dedup_semantic_hits_total: record.nearHits,
      dedup_semantic_miss_total: record.nearMisses,
      avg_similarity_score: Math.round(record.distance * 100) / 100,
    };
  }

  private known(key: string): boolean {
    return this.store.has(key) || this.flights.find(key) !== undefined;
  }

  private tryNear(near: NearDuplicates, job: Job, key: string, ticket: number): void | Promise<void> {
    const split = splitKey(job, key);
    if (split === null) return this.begin(job, key, ticket);
    const match = near.find(split.text, split.scope, (known) => this.known(known));
    if (match === null) {
      this.record.nearMisses++;
      return this.begin(job, key, ticket, split);
    }
    this.record.matched(near.distance(split.text, match.text));
    const answer = this.store.get(match.value);
    if (answer !== undefined) return this.give(job, answer, 'near_duplicate');
    return this.follow(job, this.flights.find(match.value)!.work, 'near_duplicate');
  }

  private give(job: Job, answer: Answer, source: AnswerSource): void {
    job.answeredFrom = source;
    giveNumbers(job, answer);
    job.accept(answer.said);
    this.record.reused(source);
    this.avoided(job, source);
  }

  private follow(job: Job, call: SharedCall, source: AnswerSource): void | Promise<void> {
    const { record } = this;
    if (record.followers >= MOST_FOLLOWERS) {
      job.fail(new OrchestratorError('queue_full', `${MOST_FOLLOWERS} requests wait for calls of others already.`));
      return undefined;
    }
    job.answeredFrom = source;
    record.reused(source);
    record.followers++;
    return new Promise((resolve) => {
      call.join(job, {
        ended: () => {
          record.followers--;
          record.changes++;
          if (job.error === null && job.answeredFrom !== null) this.avoided(job, source);
          resolve();
        },
        leads: () => {
          record.handOvers++;
          this.parts.events.emit('reuse.handed_over', { id: job.id });
        },
      });
    });
  }

  /** A call is needed. */
  private begin(job: Job, key: string, ticket: number, split: SplitKey | null = null): void | Promise<void> {
    this.record.misses++;
    if (!this.ownCalls) {
      if (split !== null) this.near!.add(split.text, key, split.scope);
      return this.share(job, key);
    }
    const { clock } = this.parts;
    const waits = this.ask(job);
    if (split !== null) this.near!.add(split.text, key, split.scope, clock.recent());
    if (waits !== undefined) return waits.then(() => this.keep(job, key, clock.now()));
    this.keep(job, key, clock.recent(), ticket);
    return undefined;
  }

  private share(job: Job, key: string): void | Promise<void> {
    const call = new SharedCall(job, key, this.flights);
    const { carrier } = call;
    call.join(job, { leads: () => undefined });
    const end = (): void => {
      this.keep(carrier, key, this.parts.clock.now());
      call.flight.finish(carrier);
    };
    const failed = (thrown: unknown): void => {
      carrier.fail(toOrchestratorError(thrown));
      end();
    };
    try {
      const waits = this.ask(carrier);
      return waits === undefined ? end() : waits.then(end, failed);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  /** Errors are never kept, nor what arrived before one. */
  private keep(job: Job, key: string, now: number, ticket?: number): void {
    if (job.error === null && job.ended === null) this.store.set(key, job, now, ticket);
  }

  private avoided(job: Job, source: AnswerSource): void {
    const { input_tokens, output_tokens } = job.usage!;
    const tokens = input_tokens + output_tokens;
    this.record.avoidedTokens += tokens;
    if (this.parts.events.heard('reuse.answered'))
      this.parts.events.emit('reuse.answered', { id: job.id, source, tokens });
  }
}
