import type { Clock, Timer } from '../../src/core/clock.ts';
import type { CommandContext } from '../command.ts';
import { SIGNAL_EXIT_CODES } from './signals.ts';

/** How long accepted requests may go on after the first signal, milliseconds. */
const GRACE_MS = 5000;

/**
 * SIGINT and SIGTERM for work with many requests: after the first nothing new is read, and what was accepted may end
 * within five seconds; a second one interrupts it at once. What is interrupted goes to the dead letters.
 */
export class StopSignal {
  private first: keyof typeof SIGNAL_EXIT_CODES | null = null;
  private draining: Promise<unknown> = Promise.resolve();
  /** Resolves at the first signal. */
  readonly stopped: Promise<void>;
  readonly dispose: () => void;
  private readonly clock: Clock;
  private readonly pauses = new Set<() => void>();

  constructor(context: CommandContext, interruptAll: () => Promise<void>, tell: (text: string) => void) {
    this.clock = context.clock;
    let onStop = (): void => undefined;
    this.stopped = new Promise((resolve) => {
      onStop = resolve;
    });
    let grace: Timer | null = null;
    const interrupt = (): void => {
      this.draining = interruptAll();
    };
    const unlisten = context.onSignal((signal) => {
      if (this.first === null) {
        this.first = signal;
        tell(`${signal}: finishing what was accepted (again to stop at once)`);
        grace = context.clock.after(GRACE_MS, interrupt);
        onStop();
        for (const end of this.pauses) end();
      } else interrupt();
    });
    this.dispose = () => {
      unlisten();
      grace?.cancel();
    };
  }

  get signalled(): 'SIGINT' | 'SIGTERM' | null {
    return this.first;
  }

  get exitCode(): number | null {
    return this.first === null ? null : SIGNAL_EXIT_CODES[this.first];
  }

  /** Resolves after so many milliseconds, or at the first signal. */
  pause(ms: number): Promise<void> {
    if (ms <= 0 || this.first !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.pauses.delete(end);
        resolve();
      };
      const timer = this.clock.after(ms, end);
      this.pauses.add(end);
    });
  }

  /** The items until a signal comes, even while the next one is waited for. */
  async *until<Item>(items: AsyncGenerator<Item, void, void>): AsyncGenerator<Item, void, void> {
    const stopped = this.stopped.then(() => ({ done: true, value: undefined }) as const);
    while (this.first === null) {
      const next = await Promise.race([items.next(), stopped]);
      if (next.done === true) return;
      yield next.value;
    }
  }

  /** What was interrupted has been written down. */
  async drained(): Promise<void> {
    await this.draining;
  }
}
