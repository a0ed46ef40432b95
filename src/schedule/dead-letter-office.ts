import type { Clock } from '../core/clock.ts';
import type { DeadLetter } from '../core/dead-letter.ts';
import { type OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import type { Job, SubmitOptions } from '../core/job.ts';
import type { Outcome } from '../core/outcome.ts';
import type { PromptRequest } from '../core/request.ts';
import type { Statement } from '../core/statement.ts';
import { DeadLetterRing, deadLetterOf, failedLetter } from '../pipeline/dead-letters.ts';
import type { Storage } from '../storage/contract.ts';
import { deadLetterInsert } from '../storage/dead-letters.ts';
import { DeadLetterReplay, type DeadLetterReplaySettings } from './dead-letter-replay.ts';
import { ReplayStore } from './replay-store.ts';

/** `[dead_letters]` of the configuration. */
export interface DeadLetterSettings {
  readonly capacity: number;
  readonly auto_replay: boolean;
  readonly max_deaths: number;
  readonly max_age_s: number;
}

export interface DeadLetterOfficeParts {
  readonly clock: Clock;
  readonly storage: Storage | undefined;
  /** This process's name in the storage; without it nothing is claimed there. */
  readonly owner: string | undefined;
  /** Letters that the storage already holds. */
  readonly stored: number;
  readonly submit: (request: PromptRequest, options: SubmitOptions, done: (outcome: Outcome) => void) => void;
  readonly onBuried: (letter: DeadLetter) => void;
  readonly warn: (event: string, fields: Record<string, string | number>) => void;
}

/**
 * Writes down how requests end: what became a dead letter goes to ring and store, together with whatever the request's
 * surface wants written, in one atomic unit. And it sends letters again.
 */
export class DeadLetterOffice {
  readonly ring: DeadLetterRing;
  readonly replay: DeadLetterReplay;
  private readonly parts: DeadLetterOfficeParts;
  /** The storage, where it outlives the process. */
  private readonly lasting: Storage | null;
  private stored: number;

  constructor(settings: DeadLetterSettings, parts: DeadLetterOfficeParts) {
    const { clock, storage, owner, submit, warn } = parts;
    this.parts = parts;
    this.lasting = storage?.durable === true ? storage : null;
    this.stored = parts.stored;
    this.ring = new DeadLetterRing(settings.capacity);
    const claims =
      this.lasting === null || owner === undefined ? null : { replays: new ReplayStore(clock, this.lasting), owner };
    this.replay = new DeadLetterReplay(
      {
        clock,
        ring: this.ring,
        submit,
        store: claims,
        onRemoved: (letters) => {
          this.stored -= letters;
        },
        onFault: (request, message) => warn('replay failed', { request: request.id, message }),
      },
      replaySettings(settings),
    );
  }

  set(settings: DeadLetterSettings): void {
    this.replay.set(replaySettings(settings));
  }

  /** So many letters are in the store now. */
  counted(letters: number): void {
    this.stored = letters;
  }

  /** Writes a settled request down; nothing where there is nothing to wait for. Rejects when the storage does not take it. */
  record(job: Job): void | Promise<unknown> {
    const letter = job.options?.keeps?.(job) === true ? null : deadLetterOf(job, this.parts.clock);
    const write = job.options?.record;
    const along: Statement[] = [];
    if (letter !== null) {
      if (this.lasting !== null) along.push(deadLetterInsert(letter));
      this.bury(letter);
    }
    if (write === undefined && along.length === 0) return undefined;
    // An async function, so that one that throws has rejected.
    const written = write === undefined ? this.lasting!.write(along) : (async () => write(job, along))();
    return written.then(
      () => {
        this.stored += along.length;
      },
      (thrown) => this.unwritten(job, letter, toOrchestratorError(thrown, 'storage_failed')),
    );
  }

  /** Changes whenever the picture would. */
  get stamp(): string {
    return `${this.stored} ${this.ring.depth} ${this.ring.total} ${this.replay.stamp}`;
  }

  picture() {
    const { ring } = this;
    return {
      depth: ring.depth,
      capacity: ring.capacity,
      stored: this.lasting === null ? ring.depth : this.stored,
      by_reason: { ...ring.byReason },
      replay: this.replay.picture(),
    };
  }

  private bury(letter: DeadLetter): void {
    this.ring.push(letter);
    this.replay.dead(letter);
    this.parts.onBuried(letter);
  }

  /** It fails after all, and so leaves a letter: in memory, as the store does not take it. */
  private unwritten(job: Job, letter: DeadLetter | null, error: OrchestratorError): never {
    this.parts.warn('storage failed', { request: job.id, message: error.message });
    if (letter === null) this.bury(failedLetter(job, error, this.parts.clock));
    throw error;
  }
}

const replaySettings = ({ auto_replay, max_deaths, max_age_s }: DeadLetterSettings): DeadLetterReplaySettings => ({
  automatic: auto_replay,
  maxDeaths: max_deaths,
  maxAgeMs: max_age_s * 1000,
});
