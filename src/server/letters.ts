import type { DeadLetter, DeadLetterReason } from '../core/dead-letter.ts';
import type { Engine } from '../engine.ts';
import type {
  DeadLetterCount,
  DeadLetterListOptions,
  DeadLetterStore,
  StoredDeadLetter,
} from '../storage/dead-letters.ts';
import { isIn, type Visitor } from './access.ts';

/** The dead letters as the API shows them: those of the store, or of the engine's ring where nothing lasts. */
export class Letters {
  private readonly engine: Engine;
  private readonly store: DeadLetterStore | null;
  /** Whose letters there are, beside those of nobody; undefined for everybody's. */
  private readonly scope: string | undefined;

  constructor(engine: Engine, store: DeadLetterStore | null, scope?: string) {
    this.engine = engine;
    this.store = store;
    this.scope = scope;
  }

  /** The same letters, as one who sees only so much has them. */
  within({ scope }: Visitor): Letters {
    return scope === this.scope ? this : new Letters(this.engine, this.store, scope);
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
    if (this.store !== null) return this.page(this.store, options);
    return this.ring()
      .filter(
        (letter) => (beforeId === undefined || letter.id < beforeId) && (reason ?? letter.reason) === letter.reason,
      )
      .reverse()
      .slice(0, limit);
  }

  /** Oldest first. */
  async *each(): AsyncGenerator<StoredDeadLetter, void, void> {
    if (this.store === null) yield* this.ring();
    else for await (const letter of this.store.each()) if (isIn(this.scope, letter.request)) yield letter;
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

  /** How many there are, by reason. */
  async count(): Promise<DeadLetterCount> {
    if (this.store !== null && this.scope === undefined) return this.counted(this.store);
    const byReason: Partial<Record<DeadLetterReason, number>> = {};
    let total = 0;
    for await (const { reason } of this.each()) {
      byReason[reason] = (byReason[reason] ?? 0) + 1;
      total++;
    }
    return { total, by_reason: byReason };
  }

  /** Removes what `find` finds; resolves with how many there were. */
  async remove(id: string): Promise<number> {
    const letters = await this.stored(id);
    for (const letter of letters) this.engine.deadLetters.remove(this.known(letter));
    if (this.store === null || letters.length === 0) return letters.length;
    return this.left(this.store, await this.store.remove(letters.map((letter) => letter.id)));
  }

  async purge(reason?: DeadLetterReason): Promise<number> {
    const wanted = (letter: DeadLetter): boolean =>
      isIn(this.scope, letter.request) && (reason ?? letter.reason) === letter.reason;
    const mine = this.engine.deadLetters.list().filter(wanted);
    for (const letter of mine) this.engine.deadLetters.remove(letter);
    if (this.store === null) return mine.length;
    if (this.scope === undefined) {
      return this.left(this.store, await this.store.purge(reason === undefined ? {} : { reason }));
    }
    const ids: number[] = [];
    for await (const letter of this.each()) if (wanted(letter)) ids.push(letter.id);
    return this.left(this.store, await this.store.remove(ids));
  }

  /** Counts what the store holds, and lets the engine know: other processes use it, too. */
  private async counted(store: DeadLetterStore): Promise<DeadLetterCount> {
    const count = await store.count();
    this.engine.deadLettersCounted(count.total);
    return count;
  }

  private async left(store: DeadLetterStore, removed: number): Promise<number> {
    await this.counted(store);
    return removed;
  }

  private async stored(id: string): Promise<readonly StoredDeadLetter[]> {
    const number = /^\d{1,15}$/.test(id) ? Number(id) : null;
    if (this.store === null) return this.ring().filter((letter) => letter.id === number || letter.request.id === id);
    const byNumber = number === null ? undefined : await this.store.get(number);
    const found = byNumber === undefined ? await this.store.byRequest(id) : [byNumber];
    return found.filter(({ request }) => isIn(this.scope, request));
  }

  /** One page of the store: as many pages of everybody's as it takes. */
  private async page(store: DeadLetterStore, options: DeadLetterListOptions): Promise<readonly StoredDeadLetter[]> {
    const found: StoredDeadLetter[] = [];
    for (let { beforeId } = options; found.length < options.limit; ) {
      const page = await store.list({ ...options, ...(beforeId === undefined ? {} : { beforeId }) });
      found.push(...page.filter(({ request }) => isIn(this.scope, request)));
      if (page.length < options.limit) break;
      beforeId = page.at(-1)!.id;
    }
    return found.slice(0, options.limit);
  }

  /** The engine's own copy of a letter, where it has one: it must not be sent twice, nor stay when it is removed. */
  private known(stored: StoredDeadLetter): DeadLetter {
    const { id: _, ...letter } = stored;
    const isSame = (other: DeadLetter): boolean => other.request.id === letter.request.id && other.at === letter.at;
    return this.engine.deadLetters.list().find(isSame) ?? letter;
  }

  /** Numbered by their place, as a store would number them. */
  private ring(): readonly StoredDeadLetter[] {
    return this.engine.deadLetters
      .list()
      .map((letter, index) => ({ id: index + 1, ...letter }))
      .filter(({ request }) => isIn(this.scope, request));
  }
}
