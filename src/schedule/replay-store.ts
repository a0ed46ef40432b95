import { digestOf } from '../core/canonical-json.ts';
import type { Clock } from '../core/clock.ts';
import { OrchestratorError } from '../core/errors.ts';
import type { PromptRequest } from '../core/request.ts';
import type { Statement, Storage } from '../storage/contract.ts';
import { DeadLetterStore, replayedLetterRemoval } from '../storage/dead-letters.ts';
import { isOwnerDead } from '../storage/owners.ts';
import { answeredStatement, failedStatement, ReplayJournal } from '../storage/replays.ts';

/** A record as a replay sends it. */
export interface Claimed {
  /** Tells it from every other record, in this file and in the next one. */
  readonly key: string;
  readonly request: PromptRequest;
}

/** What a claim came to. */
export type Claim =
  /** With how often it has failed for good: such failures are remembered where it was sent. */
  | { readonly kind: 'ours'; readonly round: number }
  | { readonly kind: 'handled' }
  /** It was open when its process crashed, so nobody can say whether it was answered. */
  | { readonly kind: 'unknown' }
  /** With the answer, where that is not known to have been printed. */
  | { readonly kind: 'answered'; readonly unprinted: string | null };

/** The key of a dead letter: its request, however often it has died. */
export const letterKey = (request: PromptRequest): string => digestOf({ request });

const ours = (round: number): Claim => ({ kind: 'ours', round });
const HANDLED: Claim = { kind: 'handled' };

/** The local store as replays use it: the dead letters, and the journal of what was answered. */
export class ReplayStore {
  readonly letters: DeadLetterStore;
  readonly journal: ReplayJournal;
  private readonly clock: Clock;
  private readonly storage: Storage;
  /** Replays that were running when this one began. */
  private readonly contemporaries = new Set<number>();

  constructor(clock: Clock, storage: Storage) {
    this.clock = clock;
    this.storage = storage;
    this.letters = new DeadLetterStore(storage);
    this.journal = new ReplayJournal(storage);
  }

  isDead(owner: string): Promise<boolean> {
    return isOwnerDead(this.storage, owner, { clock: this.clock });
  }

  /** Starts a replay of this input by `owner`; resolves with its number. */
  async begin(source: string, owner: string): Promise<number> {
    const replay = await this.journal.begin(source, owner, this.clock.wall());
    for (const earlier of await this.journal.earlier(replay)) {
      if (!(await this.isDead(earlier.owner))) this.contemporaries.add(earlier.id);
    }
    return replay;
  }

  /** Takes a record in hand for `replay`. */
  async claim(replay: number, { key, request }: Claimed, retryUnknown: boolean): Promise<Claim> {
    if (await this.journal.claim(replay, key, request.id)) return ours(0);
    const found = await this.journal.find(key);
    switch (found?.state) {
      case 'answered':
        return { kind: 'answered', unprinted: (await this.isDead(found.owner)) ? found.outcome : null };
      case 'open':
        if (!(await this.isDead(found.owner))) return HANDLED;
        if (!retryUnknown) return { kind: 'unknown' };
        break;
      case 'failed':
        // A replay that runs beside this one has done with it what this one would do.
        if (found.replay >= replay || this.contemporaries.has(found.replay)) return HANDLED;
        break;
      default:
        return HANDLED;
    }
    return (await this.journal.takeOver(replay, key, found)) ? ours(found.round) : HANDLED;
  }

  /** The answer is committed, and the request's letters leave the store, or neither. Resolves with how many left. */
  async answered(replay: number, submission: Claimed, outcomeJson: string): Promise<number> {
    const removal = await this.removal(replay, submission);
    const [settled, removed] = await this.storage.write([
      answeredStatement(replay, submission.key, outcomeJson),
      removal,
    ]);
    if (settled!.changes === 0) throw taken(submission);
    return removed!.changes;
  }

  /**
   * The failure is committed; the request's letters are replaced by the one in `along`. Resolves with how many left.
   * @param definite where it was sent, this failure is remembered
   */
  async failed(replay: number, submission: Claimed, along: readonly Statement[], definite = false): Promise<number> {
    const removal = along.length === 0 ? [] : [await this.removal(replay, submission)];
    const [settled, removed] = await this.storage.write([
      failedStatement(replay, submission.key, definite),
      ...removal,
      ...along,
    ]);
    if (settled!.changes === 0) throw taken(submission);
    return along.length === 0 ? 0 : removed!.changes;
  }

  /** Letters of exactly this request: another one may bear the same id when the record came from elsewhere. */
  private async removal(replay: number, { key, request }: Claimed): Promise<Statement> {
    const digest = digestOf(request);
    const letters = await this.letters.byRequest(request.id);
    const same = letters.filter((letter) => digestOf(letter.request) === digest);
    return replayedLetterRemoval(
      same.map(({ id }) => id),
      replay,
      key,
    );
  }
}

function taken({ request }: Claimed): OrchestratorError {
  return new OrchestratorError(
    'storage_failed',
    `Another process has taken request ${request.id} over; this one was away for too long, and stops.`,
  );
}
