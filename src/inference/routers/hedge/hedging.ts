import { RollingWindow } from '../../../primitives/rolling-window.ts';

/** Waits for a first piece that are looked back at. */
const WINDOW = 256;
/** With fewer nobody is hedged: the percentile means nothing yet. */
const FEWEST = 20;

/**
 * When a second call is worth it ("The Tail at Scale", Dean and Barroso 2013): once the first has said nothing for longer
 * than the percentile of what it usually takes, and while second calls are no more than their share of all, and what they
 * cost no more than their share of what all have cost.
 */
export class Hedging<Key> {
  calls = 0;
  extra = 0;
  /** Second calls that were not made because of the share. */
  capped = 0;
  /** What all calls have cost, and the second ones of them; US dollars. */
  spent = 0;
  extraSpent = 0;
  /** Second calls that were first. */
  won = 0;
  private readonly percentile: number;
  private readonly maxExtra: number;
  private readonly waits = new Map<Key, RollingWindow>();
  /** What second calls that are on their way will likely cost. */
  private open = 0;

  /** Both from 0 to 1. */
  constructor(percentile: number, maxExtra: number) {
    this.percentile = percentile;
    this.maxExtra = maxExtra;
  }

  /** Milliseconds until a first piece came; or as long as it was waited for one that was then given up. */
  record(key: Key, ms: number): void {
    const waits = this.waits.get(key) ?? new RollingWindow(WINDOW);
    waits.record(ms);
    this.waits.set(key, waits);
  }

  /** Milliseconds after which a call at this provider is hedged; null while too little is known. */
  delayMs(key: Key): number | null {
    const waits = this.waits.get(key);
    return waits === undefined || waits.count < FEWEST ? null : waits.quantile(this.percentile);
  }

  /**
   * Takes one second call out of the share; false when that is used up.
   * @param likely what it will likely cost, US dollars; 0 where nothing is paid, or nobody knows
   */
  take(likely = 0): boolean {
    const dear = likely > 0 && this.extraSpent + this.open + likely > this.maxExtra * (this.spent + likely);
    if (dear || this.extra + 1 > this.maxExtra * this.calls) {
      this.capped++;
      return false;
    }
    this.extra++;
    this.open += likely;
    return true;
  }

  /** A call has ended; `likely` is what was taken for it if it was a second one. */
  paid(cost: number, likely: number | null): void {
    this.spent += cost;
    if (likely === null) return;
    this.open -= likely;
    this.extraSpent += cost;
  }
}
