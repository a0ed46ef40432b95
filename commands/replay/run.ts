import { type ErrorCode, OrchestratorError, toOrchestratorError } from '../../src/core/errors.ts';
import type { OutcomeRecord } from '../../src/core/outcome.ts';
import type { Claim, ReplayStore } from '../../src/schedule/replay-store.ts';
import type { CommandContext } from '../command.ts';
import type { Outages } from '../shared/outages.ts';
import { createOutput } from '../shared/output.ts';
import { LinePrinter } from '../shared/printer.ts';
import type { StopSignal } from '../shared/stop-signal.ts';
import { Window } from '../shared/window.ts';
import type { FailedFile } from './failed-file.ts';
import { type ReplayItem, STORE } from './input.ts';
import type { Progress } from './progress.ts';
import { Sender } from './sender.ts';
import { type Resolved, Resolver, type Submission } from './submission.ts';
import type { ReplaySummary } from './summary.ts';
import type { Target } from './target.ts';
import type { ReplayOptions } from './work.ts';

/** What a replay works with. */
export interface ReplayParts {
  readonly context: CommandContext;
  readonly target: Target;
  /** Null where nothing lasts: then nothing is remembered either. */
  readonly store: ReplayStore | null;
  /** This process's name in the store. */
  readonly owner: string | null;
  readonly stop: StopSignal;
  readonly outages: Outages;
  readonly summary: ReplaySummary;
  readonly progress: Progress;
  readonly failedFile: FailedFile;
}

/** Outcomes that may wait to be written to stdout. */
const MOST_OUTSTANDING = 10_000;

/** One replay: claims each record, sends it, commits what came of it, prints that. */
export class ReplayRun {
  /** The store failed: nothing more is sent. */
  failure: OrchestratorError | null = null;
  private readonly parts: ReplayParts;
  private readonly options: ReplayOptions;
  private readonly resolver: Resolver;
  private readonly sender: Sender;
  private readonly printer: LinePrinter;
  private readonly window: Window;
  /** Keys of answers that are on their way to stdout. */
  private readonly printing = new Map<number, string>();
  private printed = 0;
  private id = 0;

  constructor(parts: ReplayParts, options: ReplayOptions) {
    const { context, target, store, stop, outages } = parts;
    const { clock, random } = context;
    this.parts = parts;
    this.options = options;
    this.resolver = new Resolver(store, options.timeoutMs);
    this.sender = new Sender(target, { clock, random, stop, outages }, options);
    this.printer = new LinePrinter(context.stdout, createOutput('ndjson'), false, (numbers) => this.onPrinted(numbers));
    this.window = new Window(options.concurrency, MOST_OUTSTANDING, this.printer);
  }

  /**
   * Opens the journal. Answered letters have left the store, so answers that an earlier replay did not live to print
   * are printed at once; those of a file are printed when its records come by.
   */
  async begin(source: string): Promise<void> {
    const { store, owner } = this.parts;
    if (store === null || owner === null) return;
    this.id = await store.begin(source, owner);
    if (this.options.json || source !== STORE) return;
    for (const { key, owner, outcome } of await store.journal.unprinted(source)) {
      if (await store.isDead(owner)) this.print(outcome, key);
    }
  }

  /** The spend limit is reached: nothing more is sent. */
  get exhausted(): boolean {
    return this.sender.exhausted;
  }

  async take(items: readonly ReplayItem[]): Promise<void> {
    const { stop, summary, failedFile } = this.parts;
    for (const item of items) {
      await this.window.room();
      if (stop.signalled !== null || this.failure !== null || this.exhausted) return;
      if ('fault' in item.content) {
        summary.corrupted(item.name, item.content.fault);
        if (item.bytes !== null) failedFile.add(item.bytes);
        this.counted();
        continue;
      }
      this.window.enter();
      // Begun here, in input order: which of two equal records is the first must not depend on the weather.
      void this.handle(item, this.resolver.resolve(item.content.record))
        .catch((thrown) => {
          this.failure ??= toOrchestratorError(thrown);
        })
        .finally(() => this.window.leave());
    }
  }

  /** Everything that was begun has ended and is printed. */
  async finished(): Promise<void> {
    await this.window.empty();
    await this.printer.end();
  }

  private async handle(item: ReplayItem, resolving: Resolved | Promise<Resolved>): Promise<void> {
    const { summary } = this.parts;
    const resolved = await resolving;
    if (typeof resolved === 'string') summary.skipped(item.name, resolved);
    else {
      const round = await this.claimed(item, resolved);
      if (round !== null) await this.send(item, { ...resolved, round });
    }
    this.counted();
  }

  /** The round of the record, if this replay may send it; null when not, and then why is told. */
  private async claimed(item: ReplayItem, submission: Submission): Promise<number | null> {
    const { store, summary, target } = this.parts;
    const retryUnknown = this.options.retryUnknown || target.idempotent;
    const claim: Claim =
      store === null ? { kind: 'ours', round: 0 } : await store.claim(this.id, submission, retryUnknown);
    switch (claim.kind) {
      case 'ours':
        return claim.round;
      case 'answered':
        summary.skipped(item.name, 'was answered by an earlier replay');
        if (claim.unprinted !== null) this.print(claim.unprinted, submission.key);
        return null;
      case 'handled':
        summary.skipped(item.name, 'is being replayed by another process');
        return null;
      case 'unknown':
        summary.leftOpen(item.name);
        this.keep(item);
        return null;
    }
  }

  private async send(item: ReplayItem, submission: Submission): Promise<void> {
    const { store, summary } = this.parts;
    const { key } = submission;
    const ended = await this.sender.send(submission, async (record) => {
      await store?.answered(this.id, submission, lineOf(item, record));
    });
    if (ended === null) {
      // Nothing was sent: the record is as free as it was.
      await store?.failed(this.id, submission, []);
      return;
    }
    if (!('along' in ended)) {
      summary.succeeded();
      this.print(lineOf(item, ended), key);
      return;
    }
    const { record, along, definite } = ended;
    const { error } = record;
    if (error?.code === 'storage_failed') throw new OrchestratorError(error.code as ErrorCode, error.message);
    await store?.failed(this.id, submission, along, definite);
    summary.failed(item.name, error?.message ?? record.status);
    this.keep(item);
    this.print(lineOf(item, record), null);
  }

  private keep({ bytes }: ReplayItem): void {
    if (bytes !== null) this.parts.failedFile.add(bytes);
  }

  private print(line: string, key: string | null): void {
    if (this.options.json) return;
    const number = this.printed++;
    if (key !== null) this.printing.set(number, key);
    this.printer.expect(number);
    this.printer.settle(number, line);
  }

  /** Not waited for: an answer whose mark is lost is printed again, which is allowed. */
  private onPrinted(numbers: readonly number[]): void {
    const keys = numbers.map((number) => this.printing.get(number)).filter((key) => key !== undefined);
    for (const number of numbers) this.printing.delete(number);
    void this.parts.store?.journal.markPrinted(keys).catch(() => undefined);
  }

  private counted(): void {
    this.parts.progress.update(this.parts.summary);
  }
}

const lineOf = ({ place }: ReplayItem, record: OutcomeRecord): string => JSON.stringify({ ...place, ...record });
