import type { Picodollars } from './money.ts';

/**
 * What few requests have set aside until they end; tokens, which all have where they are counted, are a number of the job. It
 * hangs on the request itself: a map from requests that come and go all the time keeps what has left it from the garbage
 * collector, see `Places`.
 */
export class Reservation {
  /** Has the same tokens set aside. */
  session: SessionShare | null = null;
  /** What it may cost; null where nothing limits that. */
  money: Picodollars | null = null;
  /** Where that is set aside in the store, too. */
  ticket: Ticket | null = null;
}

interface SessionShare {
  settle(estimate: number, actual: number): unknown;
}

/** Money that was set aside in the store. */
export interface Ticket {
  readonly account: string;
  readonly amount: Picodollars;
}
