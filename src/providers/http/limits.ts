import type { Clock, Timer } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';

/** How long the parts of a call may take, in milliseconds. */
export interface Limits {
  /** Until the connection stands: name, TCP and TLS. */
  readonly connectMs: number;
  /** From sending the request to the first token. */
  readonly firstTokenMs: number;
  /** Between two tokens; comments, pings and empty pieces don't count. */
  readonly idleMs: number;
}

/** Sizes that an upstream can't talk us beyond, in bytes after decompression. */
export const CAPS = {
  /** One event of a stream, and one line of it. */
  eventBytes: 1024 * 1024,
  /** A whole answer, streamed or not. */
  answerBytes: 64 * 1024 * 1024,
  /** What is read of an error's body. */
  errorBytes: 64 * 1024,
  /** What may follow the end of an answer on a connection that is to be used again. */
  trailerBytes: 64 * 1024,
} as const;

/** Watches one call: tells once that a limit has passed. The whole call is limited by whoever started it. */
export class Watch {
  private readonly clock: Clock;
  private readonly limits: Limits;
  private readonly onExpired: (error: OrchestratorError) => void;
  private readonly who: string;
  private timer: Timer | null = null;
  private lastTokenAt = Number.NaN;

  constructor(clock: Clock, limits: Limits, who: string, onExpired: (error: OrchestratorError) => void) {
    this.clock = clock;
    this.limits = limits;
    this.who = who;
    this.onExpired = onExpired;
  }

  /** The request is about to be sent. */
  start(): void {
    const { firstTokenMs } = this.limits;
    this.arm(firstTokenMs, () => this.expire(`sent no token within ${firstTokenMs} ms (first_token_timeout_ms)`));
  }

  /** A token arrived. The timer is not moved for each of them: it looks at the time when it fires. */
  token(): void {
    const first = Number.isNaN(this.lastTokenAt);
    this.lastTokenAt = this.clock.now();
    if (first) this.arm(this.limits.idleMs, this.look);
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private readonly look = (): void => {
    const { idleMs } = this.limits;
    const left = this.lastTokenAt + idleMs - this.clock.now();
    if (left > 0) this.arm(left, this.look);
    else this.expire(`sent no further token within ${idleMs} ms (idle_timeout_ms)`);
  };

  private arm(ms: number, fn: () => void): void {
    this.timer?.cancel();
    this.timer = this.clock.after(ms, fn);
  }

  private expire(what: string): void {
    this.timer = null;
    this.onExpired(new OrchestratorError('provider_timeout', `Provider ${this.who} ${what}.`));
  }
}
