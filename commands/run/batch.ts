import { hash } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import type { CommandContext } from '../command.ts';
import type { Host } from '../shared/host.ts';
import { type Line, readLines, textOf } from '../shared/lines.ts';
import { Outages } from '../shared/outages.ts';
import { type BatchOutput, createOutput, type OutputFormat } from '../shared/output.ts';
import { LinePrinter } from '../shared/printer.ts';
import { StopSignal } from '../shared/stop-signal.ts';
import { Window } from '../shared/window.ts';
import type { Input } from './input.ts';
import { type Journal, openJournal } from './journal.ts';
import { createProgress, type Progress } from './progress.ts';
import { parseRequestLine, type RequestDefaults } from './request-line.ts';
import { BatchSummary } from './summary.ts';

export interface BatchOptions {
  readonly format: OutputFormat;
  /** Print outcomes as they come instead of in input order. */
  readonly unordered: boolean;
  /** Lines of the input to pass over. */
  readonly skip: number;
  readonly resume: boolean;
  /** Tell at the end what it took. */
  readonly usage: boolean;
  /** Show the engine at work, where there is a terminal for it. */
  readonly live: boolean;
  readonly defaults: RequestDefaults;
  /** Requests in flight at once; no more than the entry queue holds, so that a batch never sheds its own lines. */
  readonly window: number;
}

export type BatchInput = Extract<Input, { kind: 'batch' }>;

interface AcceptedRequest {
  readonly line: number;
  readonly digest: string;
  readonly request: PromptRequest;
}

/** Between two looks at a spend limit that depends on requests on their way, milliseconds. */
const LOOK_MS = 100;
/** Lines answered and not printed, because an earlier one is still open, at the most. */
const MOST_OUTSTANDING = 10_000;

/**
 * Answers a batch: every line is accepted on disk, answered, its outcome committed, and printed. What a signal
 * interrupts goes to the dead letters; what a crash interrupts is found again by `--resume`.
 */
export async function runBatch(
  context: CommandContext,
  host: Host,
  input: BatchInput,
  options: BatchOptions,
): Promise<number> {
  const journal = await openJournal(context, host, input.source, options.resume);
  const progress = await createProgress(context, input.bytes, options.live ? host.engine : null);
  const stop = new StopSignal(context, () => host.engine.drain(0), progress.tell);
  const run = new BatchRun(context, host, journal, progress, stop, options);
  try {
    const resumed = journal.resumed === null ? 0 : await run.resume();
    const from = Math.max(options.skip, resumed);
    let read = 0;
    for await (const lines of stop.until(readLines(input.chunks))) {
      read = lines.at(-1)!.number;
      await run.take(lines, from, input.source);
      if (run.failure !== null || run.unsent !== null) break;
    }
    await run.finished();
    await stop.drained();
    if (run.failure !== null) throw run.failure;
    const wholly = stop.signalled === null && run.unsent === null;
    if (wholly && read < resumed) throw shorter(read, resumed, input.source);
    if (wholly && read < options.skip)
      progress.tell(`--skip ${options.skip} passes over all ${read} lines of the input`);
    if (run.unsent !== null) run.summary.exhausted(run.unsent.line, run.unsent.count, host.store !== null);
    else if (stop.signalled === null) await journal.finish();
  } finally {
    progress.stop();
    stop.dispose();
  }
  run.summary.print(stop.signalled);
  if (options.usage) run.summary.printUsage();
  return stop.exitCode ?? run.summary.exitCode;
}

class BatchRun {
  readonly summary: BatchSummary;
  /** The store failed: nothing more is accepted. */
  failure: OrchestratorError | null = null;
  /** The spend limit is reached: the first line that was not sent, and how many of those accepted. */
  unsent: { readonly line: number; count: number } | null = null;
  private readonly host: Host;
  private readonly journal: Journal;
  private readonly progress: Progress;
  private readonly options: BatchOptions;
  private readonly output: BatchOutput;
  private readonly printer: LinePrinter;
  private readonly window: Window;
  private readonly outages: Outages;
  /** Digests of the lines that an earlier run accepted. */
  private readonly digests = new Map<number, string>();
  private readonly stop: StopSignal;
  private readonly clock: Clock;
  private bytes = 0;

  constructor(
    context: CommandContext,
    host: Host,
    journal: Journal,
    progress: Progress,
    stop: StopSignal,
    options: BatchOptions,
  ) {
    this.host = host;
    this.stop = stop;
    this.clock = context.clock;
    this.journal = journal;
    this.progress = progress;
    this.options = options;
    this.summary = new BatchSummary(context.clock, progress.tell);
    this.output = createOutput(options.format);
    this.printer = new LinePrinter(context.stdout, this.output, !options.unordered, journal.printed);
    this.window = new Window(options.window, MOST_OUTSTANDING, this.printer);
    this.outages = new Outages(host.engine, context.clock, stop, progress.tell);
    this.outages.watch(host.engine.events);
  }

  /** Goes on with what an earlier run accepted: prints what it had not printed, answers what it had not answered. */
  async resume(): Promise<number> {
    let last = 0;
    for await (const { line, digest, request, outcome, printed } of this.journal.lines()) {
      last = line;
      this.digests.set(line, digest);
      this.summary.accepted(line, 1);
      if (outcome === null) {
        if (request !== null) await this.submit(line, request);
        continue;
      }
      this.summary.resumed(outcome);
      if (printed) continue;
      await this.window.room();
      this.printer.expect(line);
      this.printer.settle(line, this.output.stored(outcome));
    }
    return last;
  }

  /** Accepts lines and submits them. Accepted is accepted: after a signal they go to the dead letters, not out of sight. */
  async take(lines: readonly Line[], from: number, source: string): Promise<void> {
    const requests: AcceptedRequest[] = [];
    for (const line of lines) {
      const request = this.read(line, from, source);
      if (request !== null) requests.push(request);
    }
    await this.journal.accept(requests);
    this.summary.accepted(lines.at(-1)!.number, requests.length);
    for (const { line, request } of requests) await this.submit(line, request);
  }

  /** Everything submitted has ended and is printed. */
  async finished(): Promise<void> {
    await this.window.empty();
    await this.printer.end();
  }

  private read(read: Line, from: number, source: string): AcceptedRequest | null {
    const { number: line, text } = read;
    this.bytes += (text?.length ?? 0) + 1;
    if (line <= from) {
      const known = this.digests.get(line);
      if (known !== undefined && known !== digestOf(text ?? '')) throw changed(line, source);
      return null;
    }
    if (text?.trim() === '') return null;
    try {
      const said = textOf(read);
      const { request, ignored } = parseRequestLine(said, this.options.defaults, this.host.ids);
      this.summary.ignored(ignored);
      return { line, digest: digestOf(said), request };
    } catch (thrown) {
      this.summary.badLine(line, (thrown as Error).message);
      return null;
    }
  }

  private async submit(line: number, request: PromptRequest): Promise<void> {
    await this.window.room();
    await this.outages.over(request);
    if (this.unsent === null && !(await this.affords(request))) this.unsent = { line, count: 0 };
    if (this.unsent !== null) {
      // Accepted and without an outcome: that is what a resumed batch begins with.
      this.unsent.count++;
      return;
    }
    this.window.enter();
    this.printer.expect(line);
    this.host.engine.submitWith(request, { ...this.journal.options(line), wait: true, stream: false }, (outcome) => {
      if (outcome.error?.code === 'storage_failed') this.failure ??= outcome.error;
      this.summary.settled(outcome);
      if (this.options.usage) this.summary.spent(outcome);
      this.printer.settle(line, this.output.line(line, outcome));
      this.window.leave();
      this.progress.update(this.bytes, this.summary);
    });
  }

  /** Whether the spend limit lets a request in; what those on their way will cost is waited for. */
  private async affords(request: PromptRequest): Promise<boolean> {
    for (;;) {
      const affordable = await this.host.engine.affordable(request);
      if (affordable !== 'later' || this.stop.signalled !== null) return affordable !== 'no';
      // What other processes have on their way ends without a word.
      const change = this.window.change();
      const timer = this.clock.after(LOOK_MS, () => this.window.look());
      await change;
      timer.cancel();
    }
  }
}

const digestOf = (text: string): string => hash('sha256', text);

function shorter(lines: number, resumed: number, source: string): OrchestratorError {
  return new OrchestratorError(
    'usage',
    `${safeLine(source)} ends with line ${lines}, but the batch had come to line ${resumed} when it was interrupted; resume with the same input, or start anew without --resume.`,
  );
}

function changed(line: number, source: string): OrchestratorError {
  return new OrchestratorError(
    'usage',
    `Line ${line} of ${safeLine(source)} is not what it was when the batch was interrupted; resume with the same input, or start anew without --resume.`,
  );
}
