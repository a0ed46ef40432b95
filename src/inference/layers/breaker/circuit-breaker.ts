export interface BreakerSettings {
  /** Consecutive failures that open it. */
  readonly threshold: number;
  /** Milliseconds from opening to the first probe; doubled by each failed round of probes, up to 64 times as long. */
  readonly timeoutMs: number;
  /** Probes in a round. */
  readonly probes: number;
  /** Share of a round that must succeed for it to close, 0…1; at least one must. */
  readonly successRate: number;
}

/** What an attempt says about the provider. `limited`: it works, and wants less of us. `nothing`: it does not tell. */
export type Verdict = 'ok' | 'failure' | 'limited' | 'nothing';

/** Monotonic milliseconds throughout. */
export type BreakerState =
  | { readonly kind: 'closed'; readonly failures: number; readonly limitedSince: number | null }
  /** `until` is infinite when it was tripped by hand. */
  | (Trouble & { readonly kind: 'open'; readonly until: number })
  | (Trouble & { readonly kind: 'half_open'; readonly running: number; readonly ok: number; readonly failed: number });

interface Trouble {
  /** Failures since the last success. */
  readonly failures: number;
  /** Rounds of probes that have failed. */
  readonly rounds: number;
  readonly reason: string;
}

export type BreakerEvent =
  | { readonly kind: 'asked' }
  | { readonly kind: 'ended'; readonly verdict: Verdict; readonly reason: string }
  | { readonly kind: 'tripped'; readonly reason: string }
  | { readonly kind: 'reset' };

const CLOSED: BreakerState = { kind: 'closed', failures: 0, limitedSince: null };
/** 64 times the wait. */
const MOST_DOUBLINGS = 6;
/** Shares like 0.55 × 20 come out a little above the whole number they are. */
const ROUNDING = 1e-9;

/** Milliseconds from opening to the next probe, after so many failed rounds. */
export function probeWaitMs(rounds: number, timeoutMs: number): number {
  return timeoutMs * 2 ** Math.min(rounds, MOST_DOUBLINGS);
}

/** The state after an event at `now`; the same object when the event changes nothing, which for `asked` means: refused. */
export function nextState(
  state: BreakerState,
  event: BreakerEvent,
  settings: BreakerSettings,
  now: number,
): BreakerState {
  if (event.kind === 'reset') return CLOSED;
  if (event.kind === 'tripped') {
    return { kind: 'open', until: Number.POSITIVE_INFINITY, failures: state.failures, rounds: 0, reason: event.reason };
  }
  switch (state.kind) {
    case 'closed':
      return event.kind === 'asked' ? state : afterCall(state, event.verdict, event.reason, settings, now);
    case 'open': {
      if (event.kind !== 'asked' || now < state.until) return state;
      const { failures, rounds, reason } = state;
      return { kind: 'half_open', failures, rounds, reason, running: 1, ok: 0, failed: 0 };
    }
    case 'half_open': {
      if (event.kind === 'ended') return afterProbe(state, event.verdict, event.reason, settings, now);
      const { running, ok, failed } = state;
      return running + ok + failed < settings.probes ? { ...state, running: running + 1 } : state;
    }
  }
}

function afterCall(
  state: BreakerState & { kind: 'closed' },
  verdict: Verdict,
  reason: string,
  { threshold, timeoutMs }: BreakerSettings,
  now: number,
): BreakerState {
  if (verdict === 'nothing') return state;
  if (verdict === 'ok') return CLOSED;
  const limitedSince = verdict === 'limited' ? (state.limitedSince ?? now) : state.limitedSince;
  // Being limited is no failure, until nothing else has come for as long as the breaker would wait.
  if (verdict === 'limited' && now - limitedSince! < timeoutMs) return { ...state, limitedSince };
  const failures = state.failures + 1;
  if (failures < threshold) return { kind: 'closed', failures, limitedSince };
  return { kind: 'open', until: now + timeoutMs, failures, rounds: 0, reason };
}

function afterProbe(
  state: BreakerState & { kind: 'half_open' },
  verdict: Verdict,
  reason: string,
  { probes, successRate, timeoutMs }: BreakerSettings,
  now: number,
): BreakerState {
  const running = state.running - 1;
  if (verdict === 'nothing') return { ...state, running };
  const needed = Math.max(Math.ceil(successRate * probes - ROUNDING), 1);
  if (verdict === 'ok') {
    const ok = state.ok + 1;
    return ok >= needed ? CLOSED : { ...state, running, ok, failures: 0 };
  }
  const failed = state.failed + 1;
  const failures = state.failures + 1;
  if (failed <= probes - needed) return { ...state, running, failed, failures, reason };
  const rounds = state.rounds + 1;
  return { kind: 'open', until: now + probeWaitMs(rounds, timeoutMs), failures, rounds, reason };
}

/** The breaker as people and routers see it. */
export interface BreakerPicture {
  readonly state: BreakerState['kind'];
  /** Failures since the last success. */
  readonly failures: number;
  /** Rounds of probes that have failed: the next wait is 2 to this power times as long as the first, at most 64 times. */
  readonly failed_rounds: number;
  /** Milliseconds until a probe is let through; null unless open, and when it was tripped by hand. */
  readonly next_probe_ms: number | null;
  /** Error code of the failure that opened it, or who tripped it; null when closed. */
  readonly reason: string | null;
}

/** Stops calls to a provider that only fails, and lets a few probes find out when it works again (Nygard, "Release It!"). */
export class CircuitBreaker {
  private settings: BreakerSettings;
  private readonly onChange: (state: BreakerState) => void;
  private current: BreakerState = CLOSED;
  /** Which stretch of one kind of state this is: results of calls that began in an earlier one don't count. */
  private period = 1;

  /** @param onChange called after each change from one kind of state to another, and by hand */
  constructor(settings: BreakerSettings, onChange: (state: BreakerState) => void = () => undefined) {
    this.settings = settings;
    this.onChange = onChange;
  }

  get state(): BreakerState {
    return this.current;
  }

  /** Whether a success would change nothing. */
  get calm(): boolean {
    return this.current === CLOSED;
  }

  /** Whether `enter` would let a call through. */
  open(now: number): boolean {
    return this.current.kind === 'closed' || this.after({ kind: 'asked' }, now) !== this.current;
  }

  /** Lets a call through and returns the permit to report its end with; 0 when it does not. */
  enter(now: number): number {
    if (this.current.kind === 'closed') return this.period;
    const next = this.after({ kind: 'asked' }, now);
    if (next === this.current) return 0;
    this.become(next);
    return this.period;
  }

  /** What came of a call that was let through; `reason` names the failure. */
  leave(permit: number, verdict: Verdict, now: number, reason = ''): void {
    if (permit === this.period) this.become(this.after({ kind: 'ended', verdict, reason }, now));
  }

  /** Opens it by hand: it stays open until it is reset. */
  trip(reason: string, now: number): void {
    this.become(this.after({ kind: 'tripped', reason }, now), true);
  }

  /** Closes it by hand and forgets what was. */
  reset(now: number): void {
    this.become(this.after({ kind: 'reset' }, now), true);
  }

  /** Other settings for what happens from now on; a round of probes begins anew, as it may have another size now. */
  configure(settings: BreakerSettings, now: number): void {
    this.settings = settings;
    const { current } = this;
    if (current.kind !== 'half_open') return;
    const { failures, rounds, reason } = current;
    this.become({ kind: 'open', until: now, failures, rounds, reason });
  }

  picture(now: number): BreakerPicture {
    const { current } = this;
    const { kind: state, failures } = current;
    if (state === 'closed') return { state, failures, failed_rounds: 0, next_probe_ms: null, reason: null };
    const timed = current.kind === 'open' && current.until !== Number.POSITIVE_INFINITY;
    const next_probe_ms = timed ? Math.max(Math.ceil(current.until - now), 0) : null;
    return { state, failures, failed_rounds: current.rounds, next_probe_ms, reason: current.reason };
  }

  private after(event: BreakerEvent, now: number): BreakerState {
    return nextState(this.current, event, this.settings, now);
  }

  /** @param byHand begins a period even when the kind stays the same: what was on its way says nothing any more */
  private become(next: BreakerState, byHand = false): void {
    const before = this.current;
    this.current = next;
    if (next.kind === before.kind && !byHand) return;
    this.period = this.period === LAST_PERIOD ? 1 : this.period + 1;
    if (next !== before) this.onChange(next);
  }
}

/** Small integers need no box. */
const LAST_PERIOD = 2 ** 30 - 1;
