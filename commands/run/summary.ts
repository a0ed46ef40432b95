import type { Clock } from '../../src/core/clock.ts';
import { costText, fromDollars, toDollars } from '../../src/core/money.ts';
import { costUsd, type Outcome, type OutcomeRecord } from '../../src/core/outcome.ts';
import type { BatchCounts } from './progress.ts';

/** Bad lines told one by one; the others are counted. */
const MOST_TOLD = 20;
const LEAVE_DEAD_LETTERS: ReadonlySet<string> = new Set(['shed', 'expired', 'failed']);

/** Counts what a batch came to, tells bad lines as they come, and the whole at the end; all on stderr. */
export class BatchSummary implements BatchCounts {
  private readonly clock: Clock;
  private readonly tell: (text: string) => void;
  private readonly startedAt: number;
  private lines = 0;
  private lastLine = 0;
  private settledCount = 0;
  /** Got an answer. */
  answered = 0;
  private failures = 0;
  private limited = 0;
  private readonly used = { input: 0, output: 0, cost: 0n, unpriced: 0 };
  private readonly ignoredFields = new Set<string>();
  deadLetters = 0;
  bad = 0;

  constructor(clock: Clock, tell: (text: string) => void) {
    this.clock = clock;
    this.tell = tell;
    this.startedAt = clock.now();
  }

  /** The input was read up to `line`, and `count` more requests of it are on disk. */
  accepted(line: number, count: number): void {
    this.lastLine = Math.max(this.lastLine, line);
    this.lines += count;
  }

  settled(outcome: Pick<Outcome, 'status'>): void {
    this.settledCount++;
    if (LEAVE_DEAD_LETTERS.has(outcome.status)) this.deadLetters++;
    if (outcome.status === 'completed') {
      this.answered++;
      return;
    }
    this.failures++;
    if (outcome.status === 'limited') this.limited++;
  }

  /** What an outcome of this run took; an answer that was there took nothing. */
  spent(outcome: Outcome): void {
    const cost = costUsd(outcome);
    if (cost === null) this.used.unpriced++;
    else this.used.cost += fromDollars(cost);
    if (outcome.usage === null || (outcome.source !== null && outcome.source !== 'model')) return;
    this.used.input += outcome.usage.input_tokens;
    this.used.output += outcome.usage.output_tokens;
  }

  /** What all of them took. */
  printUsage(): void {
    const { input, output, cost, unpriced } = this.used;
    const unknown = unpriced === 0 ? '' : ` and ${unpriced} of unknown cost`;
    this.tell(`usage: ${input} tokens in, ${output} out, ${costText(toDollars(cost))}${unknown}`);
  }

  /** An outcome that an earlier run committed. */
  resumed(json: string): void {
    this.settled(JSON.parse(json) as OutcomeRecord);
  }

  badLine(line: number, why: string): void {
    this.bad++;
    if (this.bad <= MOST_TOLD) this.tell(`line ${line}: ${why}`);
    if (this.bad === MOST_TOLD + 1) this.tell('more bad lines follow; they are counted at the end');
  }

  ignored(fields: readonly string[]): void {
    for (const field of fields) this.ignoredFields.add(field);
  }

  /** The spend limit is reached: `line` was the first that was not sent, of `count` that were accepted. */
  exhausted(line: number, count: number, resumable: boolean): void {
    this.limited++;
    const how = resumable ? '--resume' : `--skip ${line - 1}`;
    this.tell(
      `the spend limit is reached (token_budget.max_spend_usd): line ${line} and those behind it were not sent. ` +
        `Raise it and go on with ${how}${resumable ? ` (${count} accepted lines wait)` : ''}.`,
    );
  }

  print(signal: string | null): void {
    if (this.ignoredFields.size > 0) {
      this.tell(`fields that mean nothing here were left aside: ${[...this.ignoredFields].slice(0, 20).join(', ')}`);
    }
    const { answered, deadLetters, bad } = this;
    const refused = this.settledCount - answered - deadLetters;
    const counts =
      `${this.lines} accepted, ${answered} answered, ${refused > 0 ? `${refused} refused, ` : ''}` +
      `${deadLetters} dead letters, ${bad} bad lines`;
    if (signal === null) {
      const seconds = (this.clock.now() - this.startedAt) / 1000;
      this.tell(`${counts} (${seconds.toFixed(1)} s, ${Math.round(this.settledCount / Math.max(seconds, 0.001))}/s)`);
    } else {
      this.tell(`stopped by ${signal}: ${counts}. Go on with --skip ${this.lastLine}, or with --resume.`);
    }
  }

  /** 6 when a limit stopped requests, else 1 when anything failed. */
  get exitCode(): number {
    if (this.limited > 0) return 6;
    return this.failures > 0 || this.bad > 0 ? 1 : 0;
  }
}
