/** Somebody who waits for a piece of work. Neither function may throw. */
export interface Waiter<Result> {
  /** The next piece of the text, right after the one before. */
  piece(text: string): void;
  /** Called once, unless the waiter has left. */
  end(result: Result): void;
  /** The one who led has left: from here on the work counts as this waiter's. */
  lead?(): void;
}

/** One piece of work that several wait for. It belongs to none of them: it goes on while one is left. */
export class Flight<Result, Work = unknown> {
  readonly key: string;
  /** Whatever does it. */
  readonly work: Work;
  /** What has arrived so far. */
  text = '';
  private readonly home: Map<string, Flight<Result, Work>>;
  /** How much of the text each has got: one who joins while a piece is handed out gets it once. */
  private readonly waiters = new Map<Waiter<Result>, number>();
  private readonly abandoned: () => void;
  private leader: Waiter<Result> | null = null;
  private open = true;

  constructor(key: string, work: Work, home: Map<string, Flight<Result, Work>>, abandoned: () => void) {
    this.key = key;
    this.work = work;
    this.home = home;
    this.abandoned = abandoned;
  }

  get size(): number {
    return this.waiters.size;
  }

  /** The first one leads; later ones get the text so far at once, then the rest. */
  join(waiter: Waiter<Result>): void {
    this.leader ??= waiter;
    this.waiters.set(waiter, this.text.length);
    if (this.text !== '') waiter.piece(this.text);
  }

  /** Takes a waiter out. The longest-waiting one leads in the place of one who led; when none is left, the work is abandoned. */
  leave(waiter: Waiter<Result>): void {
    if (!this.waiters.delete(waiter)) return;
    if (this.waiters.size === 0) {
      this.close();
      this.abandoned();
    } else if (waiter === this.leader) {
      this.leader = this.waiters.keys().next().value!;
      this.leader.lead?.();
    }
  }

  /** The next piece of the text: everybody gets it. */
  emit(text: string): void {
    if (!this.open || text === '') return;
    const before = this.text.length;
    this.text += text;
    const { length } = this.text;
    for (const [waiter, got] of this.waiters) {
      if (got >= length) continue;
      this.waiters.set(waiter, length);
      // More than this piece when one was emitted while another was handed out.
      waiter.piece(got === before ? text : this.text.slice(got, length));
    }
  }

  /** The work is done: everybody gets the result, and who asks from now on begins anew. */
  finish(result: Result): void {
    if (!this.open) return;
    this.close();
    const waiters = [...this.waiters.keys()];
    for (const waiter of waiters) if (this.waiters.delete(waiter)) waiter.end(result);
  }

  private close(): void {
    this.open = false;
    if (this.home.get(this.key) === this) this.home.delete(this.key);
  }
}

/** Identical work that is asked for at the same time is done once. */
export class SingleFlight<Result, Work = unknown> {
  private readonly flights = new Map<string, Flight<Result, Work>>();

  /** Pieces of work in flight. */
  get size(): number {
    return this.flights.size;
  }

  find(key: string): Flight<Result, Work> | undefined {
    // To look a text up costs even where there is nothing.
    return this.flights.size === 0 ? undefined : this.flights.get(key);
  }

  /** Begins a piece of work that later ones find; `abandoned` is called when the last waiter leaves before its end. */
  begin(key: string, work: Work, abandoned: () => void): Flight<Result, Work> {
    const flight = new Flight(key, work, this.flights, abandoned);
    this.flights.set(key, flight);
    return flight;
  }
}
