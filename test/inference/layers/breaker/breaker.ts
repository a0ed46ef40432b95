import {
  type BreakerSettings,
  type BreakerState,
  CircuitBreaker,
  type Verdict,
} from '../../../../src/inference/layers/breaker/circuit-breaker.ts';

const SETTINGS: BreakerSettings = { threshold: 3, timeoutMs: 1000, probes: 4, successRate: 0.75 };

/** A breaker, a clock that stands until it is moved, and the kinds of state it went through. */
export class BreakerWorld {
  now = 0;
  readonly went: BreakerState['kind'][] = [];
  readonly breaker: CircuitBreaker;

  constructor(settings: Partial<BreakerSettings> = {}) {
    this.breaker = new CircuitBreaker({ ...SETTINGS, ...settings }, ({ kind }) => this.went.push(kind));
  }

  get picture() {
    return this.breaker.picture(this.now);
  }

  /** Begins a call; 0 when it is refused. */
  enter(): number {
    return this.breaker.enter(this.now);
  }

  leave(permit: number, verdict: Verdict, reason = 'provider_failed'): void {
    this.breaker.leave(permit, verdict, this.now, reason);
  }

  /** Calls, one after the other; for each whether it was let through. */
  calls(...verdicts: readonly Verdict[]): boolean[] {
    return verdicts.map((verdict) => {
      const permit = this.enter();
      if (permit !== 0) this.leave(permit, verdict);
      return permit !== 0;
    });
  }

  /** Opens it by failures. */
  open(): this {
    while (this.picture.state === 'closed') this.calls('failure');
    return this;
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }
}
