import { RollingWindow } from '../../../primitives/rolling-window.ts';

/** Waits for a first piece that are looked back at. */
const WINDOW = 256;
/** With fewer nobody is hedged: the percentile means nothing yet. */
const FEWEST = 20;

/**
 * When a second call is worth it ("The Tail at Scale", Dean and Barroso 2013): once the first has said nothing for longer
 * than the percentile of what it usually takes, and while second calls are no more than their share of all.
 */
export class Hedging<Key> {
  calls = 0;
  extra = 0;
  /** Second calls that were not made because of the share. */
  capped = 0;
  /** Second calls that were first. */
  won = 0;
  private readonly percentile: number;
  private readonly maxExtra: number;
  private readonly waits = new Map<Key, RollingWindow>();

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

  /** Takes one second call out of the share; false when that is used up. */
  take(): boolean {
    if (this.extra + 1 > this.maxExtra * this.calls) {
      this.capped++;
      return false;
    }
    this.extra++;
    return true;
  }
}
