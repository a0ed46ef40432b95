import { Histogram } from '../primitives/histogram.ts';

const HOUR_MS = 3_600_000;
const SLOTS = 12;
const SLOT_MS = HOUR_MS / SLOTS;

/** Five minutes of one provider: how its attempts went, and the totals at their beginning. */
interface Slot {
  readonly index: number;
  readonly latency: Histogram;
  readonly okBefore: number;
  readonly failedBefore: number;
}

/** A provider over the last hour, to five minutes. */
export interface HealthPicture {
  /** 3 failures in a row make it unhealthy, one success heals it. */
  readonly state: 'healthy' | 'unhealthy';
  readonly consecutive_failures: number;
  /** Share of attempts that were answered, 0…1; null without any. Those that the caller took back don't count. */
  readonly success_rate_1h: number | null;
  /** Milliseconds of attempts that waited, and of sampled ones that did not; 0 without any. */
  readonly p50_1h_ms: number;
  readonly p95_1h_ms: number;
}

/**
 * How one provider did over the last hour. It counts nothing itself: it remembers the totals at the start of every five
 * minutes, so that an attempt that is answered at once costs nothing here. Rolled on when an attempt has waited and when
 * somebody looks.
 */
export class HourlyHealth {
  private slots: readonly Slot[] = [];

  /** An attempt that was timed has ended; the totals are those before it. */
  record(now: number, ms: number, ok: number, failed: number): void {
    this.at(now, ok, failed).latency.record(ms);
  }

  /** Success rate, 0…1 or null, and the quantile function of the hour that ends now. */
  read(now: number, ok: number, failed: number): { readonly successRate: number | null; quantile(q: number): number } {
    this.at(now, ok, failed);
    const [oldest] = this.slots;
    const answered = ok - oldest!.okBefore;
    const all = answered + failed - oldest!.failedBefore;
    const histograms = this.slots.map(({ latency }) => latency);
    return {
      successRate: all === 0 ? null : answered / all,
      quantile: (q) => Histogram.quantileOfAll(histograms, q),
    };
  }

  private at(now: number, okBefore: number, failedBefore: number): Slot {
    const index = Math.floor(now / SLOT_MS);
    const newest = this.slots.at(-1);
    if (newest !== undefined && newest.index >= index) return newest;
    // What was counted before anybody looked belongs to the first slot.
    const first = newest === undefined;
    const slot: Slot = {
      index,
      latency: new Histogram(),
      okBefore: first ? 0 : okBefore,
      failedBefore: first ? 0 : failedBefore,
    };
    this.slots = [...this.slots.filter((one) => one.index > index - SLOTS), slot];
    return slot;
  }
}
