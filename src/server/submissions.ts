import type { Clock } from '../core/clock.ts';
import { OrchestratorError } from '../core/errors.ts';
import type { SubmitOptions } from '../core/job.ts';
import { type Outcome, type OutcomeRecord, outcomeRecord } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import type { PromptRequest } from '../core/request.ts';
import type { Statement } from '../core/statement.ts';
import type { Engine } from '../engine.ts';
import type { Handle } from '../pipeline/handle.ts';
import {
  type AcceptedRequest,
  AcceptedRequests,
  type KeyClaim,
  keyReleaseStatement,
  settledStatement,
} from '../storage/accepted-requests.ts';
import type { Storage } from '../storage/contract.ts';
import { isOwnerDead } from '../storage/owners.ts';

/** Longer than any deadline: who waits for an outcome so long waits until there is one. */
export const UNTIL_ENDED_MS = 2 ** 31 - 1;
/** Ended requests whose outcome is kept for whoever asks for it. */
const KEPT = 10_000;
/** Acceptances between two looks for what may be forgotten. */
const SWEEP_EVERY = 256;

/** What became of a request that was to be accepted. */
export interface Accepted {
  /** Of the request that answers this one: an earlier one when the key stands for that. */
  readonly id: string;
  /** The request was not submitted: an earlier one with this key was. */
  readonly replayed: boolean;
}

/** What the caller of a request does about an end without an answer. */
export interface Caller {
  /** Waits for the outcome, so that a request which was not even tried is theirs again, with its key. */
  readonly waits?: boolean;
  /** Keeps the request in any case: no dead letter is wanted. */
  readonly keeps?: boolean;
  /** Reads the answer as it comes. */
  readonly streams?: boolean;
}

/** An accepted request, as it is started. */
interface Start {
  readonly request: PromptRequest;
  readonly key?: string | undefined;
  readonly caller?: Caller;
  readonly deadlineMs?: number | undefined;
}

export interface SubmissionParts {
  readonly engine: Engine;
  readonly storage: Storage;
  /** This process's claim on what it accepts. */
  readonly owner: string;
  readonly clock: Clock;
}

/**
 * Requests that were promised an answer: committed before they are acknowledged, their outcome with the dead letter in
 * one write, found again after a crash. Those of this process can be waited for and followed.
 */
export class Submissions {
  readonly accepted: AcceptedRequests;
  private readonly parts: SubmissionParts;
  private readonly live = new Map<string, Handle>();
  private readonly batches = new Map<string, Promise<void>>();
  private readonly waiters = new Map<string, ((outcome: OutcomeRecord | null) => void)[]>();
  private sinceSweep = 0;
  private draining = false;

  constructor(parts: SubmissionParts) {
    this.parts = parts;
    this.accepted = new AcceptedRequests(parts.storage);
  }

  /**
   * Takes nothing more, and begins nothing more of what was accepted: that stays in the store for the service that
   * comes next.
   */
  drain(): void {
    this.draining = true;
  }

  /** Submits a request for a caller who reads it as it comes, and is promised nothing beyond. Throws `draining`. */
  submit(request: PromptRequest, options: SubmitOptions): Handle {
    this.refuseWhileDraining();
    return this.parts.engine.submit(request, options);
  }

  /** Accepted requests of this process that are on their way. */
  get open(): number {
    return this.live.size;
  }

  /**
   * Commits a request, then submits it. With a key that stands for an earlier one, that one is found instead; throws
   * `idempotency_conflict` when that asked for something else, and `draining` when nothing is taken any more.
   */
  async accept(request: PromptRequest, key?: KeyClaim, caller?: Caller): Promise<Accepted> {
    const known = await this.commit([request], undefined, key);
    if (known !== null) return { id: known, replayed: true };
    void this.start({ request, key: key?.key, ...present({ caller }) });
    return { id: request.id, replayed: false };
  }

  /** The same for a batch job, so many at a time. */
  async acceptBatch(
    id: string,
    requests: readonly PromptRequest[],
    concurrency: number,
    key?: KeyClaim,
    caller?: Caller,
  ): Promise<Accepted> {
    const known = await this.commit(requests, id, key);
    if (known !== null) return { id: known, replayed: true };
    const run = this.run(
      requests.map((request) => ({ request, ...present({ caller }) })),
      concurrency,
    );
    this.batches.set(id, run);
    void run.then(() => this.batches.delete(id));
    return { id, replayed: false };
  }

  /** A request of this process that is on its way: for those who want its text. */
  handle(id: string): Handle | undefined {
    return this.live.get(id);
  }

  /** Resolves when a batch job of this process has ended; at once for any other. */
  async batchEnded(id: string): Promise<void> {
    await this.batches.get(id);
  }

  /**
   * The outcome of an accepted request, as soon as there is one: whoever waits is told, nothing is polled. `open` after
   * `waitMs` milliseconds, or sooner when another process works on it, which cannot tell; undefined when there is no
   * such request.
   */
  async outcome(id: string, waitMs: number): Promise<OutcomeRecord | 'open' | undefined> {
    let tell: (outcome: OutcomeRecord | null) => void = () => undefined;
    const told = new Promise<OutcomeRecord | null>((resolve) => {
      tell = resolve;
    });
    // Before the store is asked: it may end in between.
    this.waiters.set(id, [...(this.waiters.get(id) ?? []), tell]);
    const timer = this.parts.clock.after(waitMs, () => tell(null), true);
    try {
      if (!this.live.has(id)) {
        const accepted = await this.accepted.find(id);
        const stored = storedOutcome(accepted);
        if (stored !== 'open' || accepted?.owner !== this.parts.owner) return stored;
      }
      return (await told) ?? storedOutcome(await this.accepted.find(id));
    } finally {
      timer.cancel();
      const rest = (this.waiters.get(id) ?? []).filter((other) => other !== tell);
      if (rest.length === 0) this.waiters.delete(id);
      else this.waiters.set(id, rest);
    }
  }

  /** Goes on with what processes that are gone had accepted; resolves with how many requests that were. */
  async recover(concurrency: number): Promise<number> {
    const { owner, storage, clock } = this.parts;
    const open = await this.accepted.openOfOthers(owner);
    const dead = new Set<string>();
    for (const other of new Set(open.map((accepted) => accepted.owner))) {
      if (await isOwnerDead(storage, other, { clock })) dead.add(other);
    }
    const left = open.filter((accepted) => dead.has(accepted.owner));
    // All at once: so they share one commit, where one after the other each would wait for the disk.
    const isOurs = await Promise.all(
      left.map((accepted) => this.accepted.take(accepted.request.id, accepted.owner, owner)),
    );
    const taken = left.flatMap(({ request, acceptedAt }, at): readonly Start[] => {
      if (!isOurs[at]) return [];
      const { deadline_ms } = request;
      const deadlineMs = deadline_ms === undefined ? undefined : Math.max(0, acceptedAt + deadline_ms - clock.wall());
      return [{ request, deadlineMs }];
    });
    void this.run(taken, concurrency);
    return taken.length;
  }

  /** Submits so many at a time. They are committed already, so one that is never reached is found after a restart. */
  private async run(items: readonly Start[], concurrency: number): Promise<void> {
    const rest = items[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (const item of rest) {
        if (this.draining) return;
        await this.start(item);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  }

  /** Throws `draining` when nothing is taken any more. */
  refuseWhileDraining(): void {
    if (this.draining) throw new OrchestratorError('draining', 'The server is stopping and takes no new requests.');
  }

  private async commit(
    requests: readonly PromptRequest[],
    batch: string | undefined,
    key: KeyClaim | undefined,
  ): Promise<string | null> {
    this.refuseWhileDraining();
    const { owner, clock } = this.parts;
    const at = clock.wall();
    if (++this.sinceSweep >= SWEEP_EVERY) {
      this.sinceSweep = 0;
      // Not waited for: what is not forgotten now is forgotten the next time.
      void this.accepted.sweep(at, KEPT).catch(() => undefined);
    }
    const known = await this.accepted.accept({
      owner,
      at,
      requests,
      ...(batch === undefined ? {} : { batch }),
      ...(key === undefined ? {} : { key }),
    });
    if (known === null) return null;
    if (known.digest === key?.digest) return known.subject;
    throw new OrchestratorError('idempotency_conflict', 'This Idempotency-Key came with another request before.', {
      param: 'Idempotency-Key',
    });
  }

  private start({ request, key, caller = {}, deadlineMs }: Start): Handle {
    const { id } = request;
    const returned = (outcome: Outcome): boolean => caller.waits === true && wasNotTried(outcome);
    const handle = this.parts.engine.submit(request, {
      stream: caller.streams === true,
      keeps: (outcome) => caller.keeps === true || returned(outcome) || this.isLeftOpen(outcome),
      record: async (outcome, along) => {
        if (this.isLeftOpen(outcome)) return;
        const release = key !== undefined && returned(outcome) ? [keyReleaseStatement(key, id)] : [];
        await this.record(outcome, [...release, ...along]);
      },
      ...present({ deadlineMs }),
    });
    this.live.set(id, handle);
    void handle.then((outcome) => {
      this.live.delete(id);
      const record = this.isLeftOpen(outcome) ? null : outcomeRecord(outcome);
      for (const tell of this.waiters.get(id) ?? []) tell(record);
    });
    return handle;
  }

  /**
   * The service stopped before a request was tried: it has not ended, and is neither settled nor a dead letter, because
   * the service that comes next goes on with it. Where nothing lasts there is no next one that could.
   */
  private isLeftOpen({ error, attempts }: Outcome): boolean {
    if (!this.parts.storage.durable || attempts > 0) return false;
    return error?.code === 'draining' || error?.code === 'interrupted';
  }

  private async record(outcome: Outcome, along: readonly Statement[]): Promise<void> {
    const { storage, owner } = this.parts;
    const { id } = outcome.request;
    const settled = settledStatement(id, owner, outcome.status, JSON.stringify(outcomeRecord(outcome)));
    const [result] = await storage.write([settled, ...along]);
    if (result!.changes === 1) return;
    throw new OrchestratorError(
      'storage_failed',
      `Another process has taken request ${id} over; this one was away for too long.`,
    );
  }
}

function storedOutcome(accepted: AcceptedRequest | undefined): OutcomeRecord | 'open' | undefined {
  if (accepted === undefined) return undefined;
  return accepted.outcome === null ? 'open' : (JSON.parse(accepted.outcome) as OutcomeRecord);
}

/** Refused before a provider was asked, by what may be different the next time. */
export function wasNotTried(outcome: Pick<Outcome | OutcomeRecord, 'status' | 'attempts'>): boolean {
  return outcome.status !== 'completed' && outcome.attempts === 0;
}
