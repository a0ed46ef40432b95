import { type AggregatorStats, StreamAggregator } from '../conversation/stream-aggregator.ts';
import type { StreamSubscription } from '../conversation/stream-subscription.ts';
import type { Step } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import { sessionKey } from '../core/session-key.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The live text of sessions, for those who follow one: each request of the session is a stream, by its id. Nothing is
 * looked at while nobody follows anything.
 */
export class SessionStreams {
  private readonly aggregator = new StreamAggregator();
  private readonly attached = new WeakSet<Job>();
  private readonly pipeline: Pick<Pipeline, 'queues' | 'suspended'>;
  private readonly refit: () => void;
  /** Somebody follows a session, so requests pass by here. */
  private watching = false;

  /** @param refit fits the first step again: requests are looked at only while somebody follows a session */
  constructor(pipeline: Pick<Pipeline, 'queues' | 'suspended'>, refit: () => void) {
    this.pipeline = pipeline;
    this.refit = refit;
  }

  /** Follows a tenant's session: requests in flight with their text so far, and all that come, until it is closed. */
  follow(session: string, tenant?: string): StreamSubscription {
    const subscription = this.aggregator.subscribe(sessionKey(session, tenant));
    for (const jobs of [...this.pipeline.queues, this.pipeline.suspended]) for (const job of jobs) this.attach(job);
    this.watch(true);
    return subscription;
  }

  /** The work of the first stage; while sessions are followed, with a look at each request. */
  around(work: Step<Job>): Step<Job> {
    if (!this.watching) return work;
    return (job) => {
      this.attach(job);
      return work(job);
    };
  }

  /** Undefined as long as nobody ever followed anything. */
  read(): AggregatorStats | undefined {
    const stats = this.aggregator.stats();
    return stats.completed + stats.subscribers + stats.dropped + stats.active === 0 ? undefined : stats;
  }

  get stamp(): string {
    const { pieces, completed, subscribers } = this.aggregator.stats();
    return `${pieces}+${completed}+${subscribers}`;
  }

  close(): void {
    this.aggregator.close();
  }

  private attach(job: Job): void {
    const { session, tenant, id } = job.request;
    if (session === undefined || job.ended !== null || this.attached.has(job)) return;
    const key = sessionKey(session, tenant);
    if (!this.aggregator.followed(key)) {
      if (this.aggregator.stats().subscribers === 0) this.watch(false);
      return;
    }
    this.attached.add(job);
    job.subscribe((text) => this.aggregator.feed({ session: key, stream: id, text }));
    const { done } = job;
    job.done = (outcome) => {
      this.aggregator.complete(key, id, outcome.status);
      done?.(outcome);
    };
  }

  private watch(on: boolean): void {
    if (this.watching === on) return;
    this.watching = on;
    this.refit();
  }
}
