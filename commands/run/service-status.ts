import type { Timer } from '../../src/core/clock.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import type { Engine } from '../../src/engine.ts';
import { age } from '../../tui/components/numbers.ts';
import { statusLine } from '../../tui/status.ts';
import { cut, type Line, paddedLine, plain, span } from '../../tui/text.ts';
import type { CommandContext } from '../command.ts';
import { LivePanels } from '../shared/live-panels.ts';
import { canRedraw } from '../shared/progress.ts';
import { lineWriter } from '../shared/streams.ts';

/** How a service is, at the bottom of a terminal; log lines go above it. */
export interface ServiceStatus {
  start(where: string): void;
  /** A whole line, above. */
  tell(line: string): void;
  stop(): void;
}

/** The panels of the dashboard on a terminal; one line with `--no-live` and on simple ones; elsewhere nothing. */
export function createServiceStatus(context: CommandContext, engine: Engine, live: boolean): ServiceStatus {
  const { stderr, environment } = context;
  if (live && canRedraw(context)) return new LiveStatus(context, engine);
  if (stderr.isTTY === true && environment['TERM'] !== 'dumb') return new StatusLine(context, engine);
  return { start: () => undefined, tell: lineWriter(stderr), stop: () => undefined };
}

class LiveStatus implements ServiceStatus {
  private readonly context: CommandContext;
  private readonly engine: Engine;
  private panels: LivePanels | null = null;

  constructor(context: CommandContext, engine: Engine) {
    this.context = context;
    this.engine = engine;
  }

  start(where: string): void {
    const startedAt = this.context.clock.now();
    this.panels = new LivePanels(this.context, this.engine, (width) => this.head(where, startedAt, width));
  }

  tell(line: string): void {
    if (this.panels === null) this.context.stderr.write(line);
    else this.panels.above(line);
  }

  stop(): void {
    this.panels?.stop(true);
    this.panels = null;
  }

  private head(where: string, startedAt: number, width: number): Line {
    const { state, dead_letters } = this.engine.snapshot();
    const up = age(this.context.clock.now() - startedAt);
    const text = `${where} · ${state} · up ${up} · ${dead_letters.stored} dead letters`;
    return [span(cut(text, width), 'strong')];
  }
}

const REDRAW_MS = 500;
const CLEAR = '\r\u001b[2K';

class StatusLine implements ServiceStatus {
  private readonly context: CommandContext;
  private readonly engine: Engine;
  private timer: Timer | null = null;
  private where = '';
  private shown = '';

  constructor(context: CommandContext, engine: Engine) {
    this.context = context;
    this.engine = engine;
  }

  start(where: string): void {
    this.where = where;
    this.draw();
  }

  tell(line: string): void {
    this.context.stderr.write(this.shown === '' ? line : `${CLEAR}${line}${this.shown}`);
  }

  stop(): void {
    this.timer?.cancel();
    if (this.shown !== '') this.context.stderr.write(CLEAR);
    this.shown = '';
  }

  private draw(): void {
    const width = Math.max((this.context.stderr.columns ?? 80) - 1, 1);
    const status = statusLine(this.engine.snapshot());
    const line = plain(paddedLine([span(`${safeLine(this.where, width)} · `), ...status], width)).trimEnd();
    if (line !== this.shown) this.context.stderr.write(`${CLEAR}${line}`);
    this.shown = line;
    this.timer = this.context.clock.after(REDRAW_MS, () => this.draw(), true);
  }
}
