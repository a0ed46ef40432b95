import type { Timer } from '../../src/core/clock.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import type { Engine } from '../../src/engine.ts';
import type { CommandContext } from '../command.ts';

const REDRAW_MS = 500;
const CLEAR = '\r\u001b[2K';

/** One line at the bottom of a terminal that says how the service is; log lines go above it. Elsewhere there is none. */
export class StatusLine {
  private readonly context: CommandContext;
  private readonly engine: Engine;
  private readonly live: boolean;
  private timer: Timer | null = null;
  private where = '';
  private shown = '';

  constructor(context: CommandContext, engine: Engine) {
    this.context = context;
    this.engine = engine;
    this.live = context.stderr.isTTY === true;
  }

  start(where: string): void {
    if (!this.live) return;
    this.where = where;
    this.draw();
  }

  /** A whole line, above. */
  tell(line: string): void {
    this.context.stderr.write(this.shown === '' ? line : `${CLEAR}${line}${this.shown}`);
  }

  stop(): void {
    this.timer?.cancel();
    if (this.shown !== '') this.context.stderr.write(CLEAR);
    this.shown = '';
  }

  private draw(): void {
    const { rates, totals, stages, dead_letters } = this.engine.snapshot();
    const queued = Object.values(stages).reduce((sum, { depth }) => sum + depth, 0);
    const text = [
      this.where,
      `in ${rates.in}/s`,
      `out ${rates.out}/s`,
      `in flight ${totals.in_flight}`,
      `queued ${queued}`,
      `failed ${totals.failed}`,
      `dead letters ${dead_letters.stored}`,
    ].join(' · ');
    const line = safeLine(text, (this.context.stderr.columns ?? 80) - 1);
    if (line !== this.shown) this.context.stderr.write(`${CLEAR}${line}`);
    this.shown = line;
    this.timer = this.context.clock.after(REDRAW_MS, () => this.draw(), true);
  }
}
