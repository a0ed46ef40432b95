/** A cancellable timer. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as a parameter. Everything that waits or measures takes a clock, so the whole engine runs under a virtual one.
 * `now` is monotonic (durations, deadlines, time-outs); `wall` is the calendar (records people read).
 */
export interface Clock {
  /** Monotonic milliseconds with sub-millisecond resolution; the origin is arbitrary. */
  now(): number;
  /** Milliseconds since the Unix epoch; may jump. */
  wall(): number;
  /** Runs `fn` once after `ms` milliseconds. The timer does not keep the process alive when `background` is set. */
  after(ms: number, fn: () => void, background?: boolean): Timer;
  /** Runs `fn` after the event loop has turned once: timers and sockets get their chance first. */
  nextTurn(fn: () => void): void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

// The global is a getter: looking it up each time costs as much as reading the time.
const { performance } = globalThis;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, fn, background = false) {
    // A longer delay overflows to "at once"; such a timer is re-armed by whoever looks at the time when it fires.
    const handle = setTimeout(fn, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    if (background) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  nextTurn: (fn) => void setImmediate(fn),
};
