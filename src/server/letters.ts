import type { DeadLetter, DeadLetterReason } from '../core/dead-letter.ts';
import type { Engine } from '../engine.ts';
import type {
  DeadLetterCount,
  DeadLetterListOptions,
  DeadLetterStore,
  StoredDeadLetter,
} from '../storage/dead-letters.ts';

/** The dead letters as the API shows them: those of the store, or of the engine's ring where nothing lasts. */
export class Letters {
  private readonly engine: Engine;
  private readonly store: DeadLetterStore | null;

  constructor(engine: Engine, store: DeadLetterStore | null) {
    this.engine = engine;
    this.store = store;
  }

  get capacity(): number {
    return this.engine.deadLetters.capacity;
  }

  /** Newest first. */
  async list({ limit, beforeId, reason }: DeadLetterListOptions): Promise<readonly StoredDeadLetter[]> {
    const options = {
      limit,
      ...(beforeId === undefined ? {} : { beforeId }),
      ...(reason === undefined ? {} : { reason }),
    };
    if (this.store !== null) return this.store.list(options);
    return this.ring()
      .filter(
        (letter) => (beforeId === undefined || letter.id < beforeId) && (reason ?? letter.reason) === letter.reason,
      )
      .reverse()
      .slice(0, limit);
  }

  /** Oldest first. */
  async *each(): AsyncGenerator<StoredDeadLetter, void, void> {
    yield* this.store === null ? this.ring() : this.store.each();
  }

  /** The oldest that match, at most so many. */
  async oldest(limit: number, session?: string, reason?: DeadLetterReason): Promise<readonly DeadLetter[]> {
    const found: DeadLetter[] = [];
    for await (const letter of this.each()) {
      if (session !== undefined && letter.request.session !== session) continue;
      if (reason !== undefined && letter.reason !== reason) continue;
      found.push(this.known(letter));
      if (found.length === limit) break;
    }
    return found;
  }

  /** By number or by the id of the request, oldest first. */
  async find(id: string): Promise<readonly DeadLetter[]> {
    return (await this.stored(id)).map((letter) => this.known(letter));
  }

  async count(): Promise<DeadLetterCount> {
    if (this.store !== null) return this.store.count();
    const byReason: Partial<Record<DeadLetterReason, number>> = {};
    for (const { reason } of this.ring()) byReason[reason] = (byReason[reason] ?? 0) + 1;
    return { total: this.engine.deadLetters.depth, by_reason: byReason };
  }

  /** Removes what `find` finds; resolves with how many there were. */
  async remove(id: string): Promise<number> {
    const letters = await this.stored(id);
    for (const letter of letters) this.engine.deadLetters.remove(this.known(letter));
    if (this.store === null || letters.length === 0) return letters.length;
    return this.left(await this.store.remove(letters.map((letter) => letter.id)));
  }

  async purge(reason?: DeadLetterReason): Promise<number> {
    const mine = this.engine.deadLetters.list().filter((letter) => (reason ?? letter.reason) === letter.reason);
    for (const letter of mine) this.engine.deadLetters.remove(letter);
    if (this.store === null) return mine.length;
    return this.left(await this.store.purge(reason === undefined ? {} : { reason }));
  }

  private left(removed: number): number {
    this.engine.deadLettersRemoved(removed);
    return removed;
  }

  private async stored(id: string): Promise<readonly StoredDeadLetter[]> {
    const number = /^\d{1,15}$/.test(id) ? Number(id) : null;
    if (this.store === null) return this.ring().filter((letter) => letter.id === number || letter.request.id === id);
    const byNumber = number === null ? undefined : await this.store.get(number);
    return byNumber === undefined ? this.store.byRequest(id) : [byNumber];
  }

  /** The engine's own copy of a letter, where it has one: it must not be sent twice, nor stay when it is removed. */
  private known(stored: StoredDeadLetter): DeadLetter {
    const { id: _, ...letter } = stored;
    const isSame = (other: DeadLetter): boolean => other.request.id === letter.request.id && other.at === letter.at;
    return this.engine.deadLetters.list().find(isSame) ?? letter;
  }

  /** Numbered by their place, as a store would number them. */
  private ring(): readonly StoredDeadLetter[] {
    return this.engine.deadLetters.list().map((letter, index) => ({ id: index + 1, ...letter }));
  }
}
