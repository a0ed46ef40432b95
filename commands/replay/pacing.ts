import type { Clock } from '../../src/core/clock.ts';
import type { Random } from '../../src/core/random.ts';
import type { StopSignal } from '../shared/stop-signal.ts';

const BACK_OFF_MS = 200;
const LONGEST_BACK_OFF_MS = 10_000;

/** Milliseconds before try number `tries` + 1: exponential with full jitter, and never sooner than the provider asks. */
export function backOffMs(tries: number, random: Random, retryAfterMs = 0): number {
  const ceiling = Math.min(LONGEST_BACK_OFF_MS, BACK_OFF_MS * 2 ** (tries - 1));
  return Math.max(random() * ceiling, Math.min(retryAfterMs, LONGEST_BACK_OFF_MS));
}

/** Lets submissions through one after the other, `delayMs` apart. */
export class Pacer {
  private readonly clock: Clock;
  private readonly delayMs: number;
  private readonly stop: Pick<StopSignal, 'pause'>;
  private next = 0;

  constructor(clock: Clock, delayMs: number, stop: Pick<StopSignal, 'pause'>) {
    this.clock = clock;
    this.delayMs = delayMs;
    this.stop = stop;
  }

  /** Resolves when it is the caller's turn, or a signal came. */
  turn(): Promise<void> {
    const now = this.clock.now();
    const at = Math.max(now, this.next);
    this.next = at + this.delayMs;
    return this.stop.pause(at - now);
  }
}
