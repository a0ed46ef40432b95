import { digestOf } from '../../src/core/canonical-json.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Statement, Storage } from '../../src/storage/contract.ts';
import { DeadLetterStore, deadLetterRemoval } from '../../src/storage/dead-letters.ts';
import { isOwnerDead } from '../../src/storage/owners.ts';
import { answeredStatement, failedStatement, ReplayJournal } from '../../src/storage/replays.ts';
import type { CommandContext } from '../command.ts';
import type { Submission } from './submission.ts';

/** What a claim came to. */
export type Claim =
  | { readonly kind: 'ours' | 'handled' }
  /** It was open when its process crashed, so nobody can say whether it was answered. */
  | { readonly kind: 'unknown' }
  /** With the answer, where that is not known to have been printed. */
  | { readonly kind: 'answered'; readonly unprinted: string | null };

const OURS: Claim = { kind: 'ours' };
const HANDLED: Claim = { kind: 'handled' };

/** The local store as replays use it: the dead letters, and the journal of what was answered. */
export class ReplayStore {
  readonly letters: DeadLetterStore;
  readonly journal: ReplayJournal;
  private readonly context: CommandContext;
  private readonly storage: Storage;
  /** Replays that were running when this one began. */
  private readonly contemporaries = new Set<number>();

  constructor(context: CommandContext, storage: Storage) {
    this.context = context;
    this.storage = storage;
    this.letters = new DeadLetterStore(storage);
    this.journal = new ReplayJournal(storage);
  }

  isDead(owner: string): Promise<boolean> {
    return isOwnerDead(this.storage, owner, { clock: this.context.clock });
  }

  /** Starts a replay of this input by `owner`; resolves with its number. */
  async begin(source: string, owner: string): Promise<number> {
    const replay = await this.journal.begin(source, owner, this.context.clock.wall());
    for (const earlier of await this.journal.earlier(replay)) {
      if (!(await this.isDead(earlier.owner))) this.contemporaries.add(earlier.id);
    }
    return replay;
  }

  /** Takes a record in hand for `replay`. */
  async claim(replay: number, { key, request }: Submission, retryUnknown: boolean): Promise<Claim> {
    if (await this.journal.claim(replay, key, request.id)) return OURS;
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
    return (await this.journal.takeOver(replay, key, found)) ? OURS : HANDLED;
  }

  /** The answer is committed, and the request's letters leave the store, or neither. */
  async answered(replay: number, submission: Submission, outcomeJson: string): Promise<void> {
    const removal = await this.removal(submission);
    const [settled] = await this.storage.write([answeredStatement(replay, submission.key, outcomeJson), removal]);
    if (settled!.changes === 0) throw taken(submission);
  }

  /** The failure is committed; the request's letters are replaced by the one in `along`. */
  async failed(replay: number, submission: Submission, along: readonly Statement[]): Promise<void> {
    const removal = along.length === 0 ? [] : [await this.removal(submission)];
    const [settled] = await this.storage.write([failedStatement(replay, submission.key), ...removal, ...along]);
    if (settled!.changes === 0) throw taken(submission);
  }

  /** Letters of exactly this request: another one may bear the same id when the record came from elsewhere. */
  private async removal({ request }: Submission): Promise<Statement> {
    const digest = digestOf(request);
    const letters = await this.letters.byRequest(request.id);
    return deadLetterRemoval(letters.filter((letter) => digestOf(letter.request) === digest).map(({ id }) => id));
  }
}

function taken({ request }: Submission): OrchestratorError {
  return new OrchestratorError(
    'storage_failed',
    `Another process has taken request ${request.id} over; this one was away for too long, and stops.`,
  );
}
