import type { Timer } from '../../src/core/clock.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { compactLines } from '../../tui/compact.ts';
import { sparkline } from '../../tui/components/bars.ts';
import { age } from '../../tui/components/numbers.ts';
import { table } from '../../tui/components/table.ts';
import { cut, type Line, lineWidth, span } from '../../tui/text.ts';
import { createPaint, type Paint } from '../../tui/theme.ts';
import type { CommandContext } from '../command.ts';
import { LiveBlock } from '../shared/live-block.ts';
import { localTime } from '../shared/local-time.ts';
import { canRedraw } from '../shared/progress.ts';
import { Pictures } from './pictures.ts';
import type { Task } from './worker/task.ts';

/** Milliseconds between two drawings: who measures is not to be kept from it. */
const REDRAW_MS = 250;

export interface BenchProgress {
  /** What is measured now. */
  tell(line: string): void;
  /** What a task has found. */
  found(task: Task, result: object): void;
  /** How an engine looked between two measurements; null where nobody wants to see it. */
  readonly show: ((snapshot: Snapshot) => void) | null;
  /** Takes away what is drawn in place. */
  stop(): void;
}

/** What is measured, for whoever waits: live on a terminal, a line each with `--no-live` and on simple ones. */
export function createBenchProgress(context: CommandContext, live: boolean): BenchProgress {
  const { stderr } = context;
  const plain = { found: () => undefined, show: null, stop: () => undefined };
  if (stderr.isTTY !== true) return { ...plain, tell: () => undefined };
  if (!live || !canRedraw(context)) return { ...plain, tell: (line) => void stderr.write(`${line}\n`) };
  return new BenchView(context);
}

/** Measurements that are listed, the latest ones. */
const LISTED = 6;
const CHART_WIDTH = 10;

/** What one thing that is measured again and again has come to. */
interface Measured {
  readonly name: string;
  readonly figure: string;
  readonly values: readonly number[];
}

/**
 * What is measured, the panels of the dashboard, a line each, of the engine that was looked at last, and what the
 * measurements found round by round. The engines run in processes of their own, and send their pictures between two
 * measurements.
 */
class BenchView implements BenchProgress {
  private readonly context: CommandContext;
  private readonly paint: Paint;
  private readonly block: LiveBlock;
  private readonly startedAt: number;
  private measured = 0;
  private now = '';
  private measurements: readonly Measured[] = [];
  private readonly pictures = new Pictures();
  private engine: { readonly of: string; readonly snapshot: Snapshot } | null = null;
  private timer: Timer;

  constructor(context: CommandContext) {
    this.context = context;
    this.paint = createPaint(context.environment);
    this.block = new LiveBlock(context.stderr);
    this.startedAt = context.clock.now();
    this.timer = context.clock.after(REDRAW_MS, this.redraw, true);
  }

  tell(line: string): void {
    this.measured++;
    this.now = line;
    this.draw();
  }

  found(task: Task, result: object): void {
    const name = nameOf(task);
    const [figure, value] = Object.entries(result).find(([, one]) => typeof one === 'number') ?? [];
    if (figure === undefined) return;
    const values = this.measurements.find((one) => one.name === name)?.values ?? [];
    const others = this.measurements.filter((one) => one.name !== name);
    this.measurements = [...others, { name, figure, values: [...values, value] }];
  }

  readonly show = (snapshot: Snapshot): void => {
    this.engine = { of: this.now, snapshot: this.pictures.add(snapshot) };
  };

  stop(): void {
    this.timer.cancel();
    this.block.clear();
  }

  private readonly redraw = (): void => {
    this.timer = this.context.clock.after(REDRAW_MS, this.redraw, true);
    if (this.measured > 0) this.draw();
  };

  private draw(): void {
    const { width } = this.block;
    this.block.draw(this.lines(width).map((line) => ({ text: this.paint(line), width: lineWidth(line) })));
  }

  private lines(width: number): readonly Line[] {
    const { clock } = this.context;
    const head = `${age(clock.now() - this.startedAt)}  ${this.measured}  ${this.now}`;
    return [[span(cut(head, width), 'strong')], ...this.panels(width), ...this.rounds(width)];
  }

  private panels(width: number): readonly Line[] {
    if (this.engine === null) return [];
    const { of, snapshot } = this.engine;
    const look = { level: 'debug', sinceMs: 0, timeOfDay: localTime } as const;
    return [[span(cut(`engine of ${of}`, width), 'faint')], ...compactLines(snapshot, look, width)];
  }

  /** The latest measurements, and how each came out in the rounds so far. */
  private rounds(width: number): readonly Line[] {
    const measurements = this.measurements.slice(-LISTED);
    if (measurements.length === 0) return [];
    const latest = measurements.map(({ figure, values }) => `${figure} ${Number(values.at(-1)!.toPrecision(4))}`);
    return table(
      [
        { title: 'measured', cells: measurements.map(({ name }) => name) },
        { title: 'latest', cells: latest, rank: 2 },
        { title: 'rounds', cells: measurements.map(({ values }) => sparkline(values, CHART_WIDTH)), rank: 1 },
      ],
      width,
    );
  }
}

/** `throughput engine-callback echo clients 64`: the kind and what tells it from others of its kind. */
function nameOf({ kind, ...task }: Task): string {
  const told = Object.entries(task).flatMap(([key, value]) => {
    if (typeof value === 'string') return [value];
    if (key === 'clients') return [`clients ${value}`];
    return typeof value === 'boolean' && key !== 'quick' ? [`${key} ${value}`] : [];
  });
  return [kind, ...told].join(' ');
}
