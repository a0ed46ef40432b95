import type { Engine } from '../../src/engine.ts';
import type { CommandContext } from '../command.ts';

/** How long requests in flight may go on after the first signal, milliseconds. */
const GRACE_MS = 5000;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * SIGINT and SIGTERM for work with many requests: the first stops the intake and lets what is in flight end within
 * five seconds; a second one interrupts it at once. What is interrupted goes to the dead letters.
 */
export class StopSignal {
  private readonly engine: Engine;
  private first: keyof typeof EXIT_CODES | null = null;
  private draining: Promise<unknown> = Promise.resolve();
  /** Resolves at the first signal. */
  readonly stopped: Promise<void>;
  readonly dispose: () => void;

  constructor(context: CommandContext, engine: Engine, tell: (text: string) => void) {
    this.engine = engine;
    let onStop = (): void => undefined;
    this.stopped = new Promise((resolve) => {
      onStop = resolve;
    });
    this.dispose = context.onSignal((signal) => {
      const again = this.first !== null;
      this.first ??= signal;
      if (!again) tell(`${signal}: finishing what is in flight (again to stop at once)`);
      this.draining = Promise.all([this.draining, this.engine.drain(again ? 0 : GRACE_MS)]);
      onStop();
    });
  }

  get signalled(): 'SIGINT' | 'SIGTERM' | null {
    return this.first;
  }

  get exitCode(): number | null {
    return this.first === null ? null : EXIT_CODES[this.first];
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

  /** After a signal: the engine has stopped. */
  async drained(): Promise<void> {
    await this.draining;
  }
}
