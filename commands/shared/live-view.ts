import { safeLine } from '../../src/core/safe-text.ts';
import { age } from '../../tui/components/numbers.ts';
import { cut, type Line, span } from '../../tui/text.ts';
import type { CommandContext } from '../command.ts';
import { LivePanels } from './live-panels.ts';
import type { ProgressDisplay, Progressed, ProgressOptions } from './progress.ts';

const BAR_WIDTH = 20;

/** How far the work has come, and under it the panels of the dashboard. */
export class LiveView implements ProgressDisplay {
  private readonly context: CommandContext;
  private readonly whole: ProgressOptions['whole'];
  private readonly panels: LivePanels;
  private readonly startedAt: number;
  private progress: Progressed;

  constructor(context: CommandContext, engine: NonNullable<ProgressOptions['engine']>, options: ProgressOptions) {
    this.context = context;
    this.whole = options.whole;
    this.startedAt = context.clock.now();
    this.progress = {
      done: 0,
      total: options.total,
      counts: Object.fromEntries(options.words.map((word) => [word, 0])),
    };
    this.panels = new LivePanels(context, engine, (width) => this.head(width));
  }

  update(progress: Progressed): void {
    this.progress = progress;
  }

  tell(text: string): void {
    this.panels.above(`orchestrator: ${safeLine(text, 500)}\n`);
  }

  stop(clear: boolean): void {
    this.panels.stop(clear);
  }

  private head(width: number): Line {
    const { done, total, counts } = this.progress;
    const said = Object.entries(counts).map(([word, times]) => `${word}:${times}`);
    const elapsed = this.context.clock.now() - this.startedAt;
    const parts = [this.place(), ...said, age(elapsed)];
    const share = total === null || total === 0 ? null : Math.min(done / total, 1);
    if (share !== null && share > 0 && share < 1) parts.push(`eta ${age((elapsed * (1 - share)) / share)}`);
    const text = parts.filter((part) => part !== '').join(' ');
    const filled = share === null ? '' : '#'.repeat(Math.round(share * BAR_WIDTH));
    return [span(cut(share === null ? text : `[${filled.padEnd(BAR_WIDTH, '-')}] ${text}`, width))];
  }

  private place(): string {
    const { done, total } = this.progress;
    if (this.whole === 'number') return `${done}/${total ?? done}`;
    return total === null || total === 0 ? '' : `${Math.floor((100 * done) / total)}%`;
  }
}
