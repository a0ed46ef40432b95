import type { Timer } from '../../src/core/clock.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import type { Outage } from '../../src/inference/routers/patience.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { compactLines } from '../../tui/compact.ts';
import { age } from '../../tui/components/numbers.ts';
import { cut, type Line, lineWidth, span } from '../../tui/text.ts';
import { createPaint, type Paint } from '../../tui/theme.ts';
import type { CommandContext } from '../command.ts';
import { type DrawnLine, LiveBlock } from './live-block.ts';
import { localTime } from './local-time.ts';
import type { ProgressDisplay, Progressed, ProgressOptions } from './progress.ts';

/** Milliseconds between two looks; the engine has a new picture no more often. */
const LOOK_MS = 100;
const BAR_WIDTH = 20;

/** How far the work has come, and under it the panels of the dashboard, a line each; drawn in place on stderr. */
export class LiveView implements ProgressDisplay {
  private readonly context: CommandContext;
  private readonly engine: NonNullable<ProgressOptions['engine']>;
  private readonly whole: ProgressOptions['whole'];
  private readonly paint: Paint;
  private readonly block: LiveBlock;
  private readonly startedAt: number;
  private progress: Progressed;
  private seen: { readonly snapshot: Snapshot; readonly progress: Progressed; readonly width: number } | null = null;
  private timer: Timer;

  constructor(context: CommandContext, engine: NonNullable<ProgressOptions['engine']>, options: ProgressOptions) {
    this.context = context;
    this.engine = engine;
    this.whole = options.whole;
    this.paint = createPaint(context.environment);
    this.block = new LiveBlock(context.stderr);
    this.startedAt = context.clock.now();
    this.progress = {
      done: 0,
      total: options.total,
      counts: Object.fromEntries(options.words.map((word) => [word, 0])),
    };
    this.timer = context.clock.after(LOOK_MS, this.look, true);
  }

  update(progress: Progressed): void {
    this.progress = progress;
  }

  tell(text: string): void {
    this.block.above(`orchestrator: ${safeLine(text, 500)}\n`);
  }

  stop(clear: boolean): void {
    this.timer.cancel();
    this.block.clear();
    if (!clear) this.block.draw([this.drawn(this.head())]);
  }

  private readonly look = (): void => {
    this.timer = this.context.clock.after(LOOK_MS, this.look, true);
    const { progress, block } = this;
    const { width } = block;
    const snapshot = this.engine.snapshot();
    if (this.seen?.snapshot === snapshot && this.seen.progress === progress && this.seen.width === width) return;
    this.seen = { snapshot, progress, width };
    const panels = compactLines(snapshot, { level: 'debug', sinceMs: 0, timeOfDay: localTime }, width);
    const { outage } = snapshot.routing ?? {};
    const waits = outage === undefined ? [] : [[span(cut(waitingText(outage), width))]];
    block.draw([this.head(), ...waits, ...panels].map((line) => this.drawn(line)));
  };

  private drawn(line: Line): DrawnLine {
    return { text: this.paint(line), width: lineWidth(line) };
  }

  private head(): Line {
    const { done, total, counts } = this.progress;
    const said = Object.entries(counts).map(([word, times]) => `${word}:${times}`);
    const elapsed = this.context.clock.now() - this.startedAt;
    const parts = [this.place(), ...said, age(elapsed)];
    const share = total === null || total === 0 ? null : Math.min(done / total, 1);
    if (share !== null && share > 0 && share < 1) parts.push(`eta ${age((elapsed * (1 - share)) / share)}`);
    const text = parts.filter((part) => part !== '').join(' ');
    const filled = share === null ? '' : '#'.repeat(Math.round(share * BAR_WIDTH));
    return [span(cut(share === null ? text : `[${filled.padEnd(BAR_WIDTH, '-')}] ${text}`, this.block.width))];
  }

  private place(): string {
    const { done, total } = this.progress;
    if (this.whole === 'number') return `${done}/${total ?? done}`;
    return total === null || total === 0 ? '' : `${Math.floor((100 * done) / total)}%`;
  }
}

function waitingText({ provider, next_try_ms, gives_up_ms }: Outage): string {
  const next = next_try_ms === null ? 'being probed' : `tried again in ${age(next_try_ms + 999)}`;
  return `waiting for ${provider}: ${next}, given up in ${age(gives_up_ms)}`;
}
