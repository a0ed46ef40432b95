import type { Snapshot } from '../../src/telemetry/snapshot.ts';

/** Columns of a chart, as in the snapshot. */
const KEPT = 60;

/**
 * The pictures of the engines that are measured, one after the other. An engine charts whole seconds, and few of them
 * live that long: here a column is a picture, with the rate and the p95 of the time since the one before.
 */
export class Pictures {
  private rates: readonly number[] = [];
  private latencies: readonly number[] = [];
  private before: Snapshot | null = null;

  /** The same picture with these charts in it. */
  add(snapshot: Snapshot): Snapshot {
    const before = this.before;
    // An engine has a new picture ten times a second at the most.
    if (before !== null && snapshot.uptime_ms === before.uptime_ms) return this.shown(snapshot);
    // Another engine starts from nothing.
    const sameEngine = before !== null && snapshot.uptime_ms > before.uptime_ms && ended(snapshot) >= ended(before);
    const ms = snapshot.uptime_ms - (sameEngine ? before.uptime_ms : 0);
    const perSecond = ms <= 0 ? 0 : ((ended(snapshot) - (sameEngine ? ended(before) : 0)) * 1000) / ms;
    this.before = snapshot;
    this.rates = [...this.rates, perSecond].slice(-KEPT);
    this.latencies = [...this.latencies, snapshot.latency.p95_ms].slice(-KEPT);
    return this.shown(snapshot);
  }

  private shown(snapshot: Snapshot): Snapshot {
    return {
      ...snapshot,
      throughput: { per_s: this.rates.at(-1) ?? 0, history: this.rates },
      latency: { ...snapshot.latency, history: this.latencies },
    };
  }
}

const ended = ({ totals: { submitted, in_flight } }: Snapshot): number => submitted - in_flight;
