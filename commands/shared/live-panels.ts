import type { Timer } from '../../src/core/clock.ts';
import type { Engine } from '../../src/engine.ts';
import type { Outage } from '../../src/inference/routers/patience.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { compactLines } from '../../tui/compact.ts';
import { age, plural } from '../../tui/components/numbers.ts';
import { cut, type Line, lineWidth, plain, span } from '../../tui/text.ts';
import { createPaint, type Paint } from '../../tui/theme.ts';
import type { CommandContext } from '../command.ts';
import { LiveBlock } from './live-block.ts';
import { localTime } from './local-time.ts';

/** Milliseconds between two looks; the engine has a new picture no more often. */
const LOOK_MS = 100;
const SECOND_MS = 1000;

/** A line of the command's own, and under it the panels of the dashboard, a line each; drawn in place on stderr. */
export class LivePanels {
  private readonly context: CommandContext;
  private readonly engine: Pick<Engine, 'snapshot'>;
  private readonly head: (width: number) => Line;
  private readonly paint: Paint;
  private readonly block: LiveBlock;
  private seen: { readonly snapshot: Snapshot; readonly since: number; readonly drawn: string } | null = null;
  private timer: Timer;

  /** @param head the first line, of at most this width */
  constructor(context: CommandContext, engine: Pick<Engine, 'snapshot'>, head: (width: number) => Line) {
    this.context = context;
    this.engine = engine;
    this.head = head;
    this.paint = createPaint(context.environment);
    this.block = new LiveBlock(context.stderr);
    this.timer = context.clock.after(LOOK_MS, this.look, true);
  }

  /** Writes above; `text` ends with a line feed. */
  above(text: string): void {
    this.block.above(text);
  }

  /** @param clear takes everything away instead of leaving the first line as it stands */
  stop(clear: boolean): void {
    this.timer.cancel();
    this.block.clear();
    if (!clear) this.block.draw([this.drawn(this.head(this.block.width))]);
  }

  private readonly look = (): void => {
    this.timer = this.context.clock.after(LOOK_MS, this.look, true);
    const { block, context } = this;
    const seen = this.seen;
    const { width } = block;
    const now = context.clock.now();
    const snapshot = this.engine.snapshot();
    const since = seen?.snapshot === snapshot ? seen.since : now;
    const head = this.head(width);
    // What counts down or up does so by the second; otherwise nothing is drawn that was drawn before.
    const drawn = `${width} ${Math.floor((now - since) / SECOND_MS)} ${plain(head)}`;
    if (seen?.snapshot === snapshot && seen.drawn === drawn) return;
    this.seen = { snapshot, since, drawn };
    const sinceMs = now - since;
    const panels = compactLines(snapshot, { level: 'debug', sinceMs, timeOfDay: localTime }, width);
    const waits = waitingTexts(snapshot, sinceMs).map((text): Line => [span(cut(text, width))]);
    block.draw([head, ...waits, ...panels].map(this.drawn));
  };

  private readonly drawn = (line: Line) => ({ text: this.paint(line), width: lineWidth(line) });
}

/** What keeps requests from going on that nobody is to blame for. */
function waitingTexts({ routing, admission }: Snapshot, sinceMs: number): readonly string[] {
  const outage = routing?.outage;
  const atLimit = admission?.limits?.waiting ?? 0;
  return [
    ...(outage === undefined ? [] : [outageText(outage, sinceMs)]),
    ...(atLimit === 0 ? [] : [`${plural(atLimit, 'request')} waiting for a rate limit (rate_limits)`]),
  ];
}

function outageText({ provider, next_try_ms, gives_up_ms }: Outage, sinceMs: number): string {
  // A second that has begun counts: nobody waits for zero of them.
  const left = (ms: number): string => age(Math.max(ms - sinceMs, 0) + 999);
  const next = next_try_ms === null ? 'being probed' : `tried again in ${left(next_try_ms)}`;
  return `waiting for ${provider}: ${next}, given up in ${left(gives_up_ms)}`;
}
