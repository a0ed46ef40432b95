import { resolve } from 'node:path';
import type { Step } from '../../core/attempt.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { createIds } from '../../core/ids.ts';
import type { Job } from '../../core/job.ts';
import type { Random } from '../../core/random.ts';
import { lastUserText } from '../../core/request.ts';
import { Timeouts } from '../../core/timeouts.ts';
import { contextMessage } from './context-message.ts';
import type { Corpus, CorpusOptions, Tell } from './corpus.ts';

/** A look at the disk this old is good enough: no second one, however many questions come. */
const FRESH_MS = 1000;
/** A look this old is not: the question waits for the next one. In between, the next question need not wait. */
const STALE_MS = 5000;

/** Tokens of a passage at most; fewer where there is little room, so that several fit. */
const PASSAGE_TOKENS = 256;
const SHORTEST_PASSAGE_TOKENS = 32;
const PASSAGES_THAT_FIT = 4;

/** As `[stages.rag]` has them. */
export interface RetrievalSettings {
  readonly enabled: boolean;
  /** Globs, relative to the working directory. */
  readonly sources: readonly string[];
  /** Milliseconds a request waits at most. */
  readonly timeout_ms: number;
  /** Bound of all that is added to a request, ⌈bytes / 4⌉. */
  readonly max_context_tokens: number;
}

export interface RetrievalSurroundings {
  /** Where relative patterns start; the process's working directory unless given. */
  readonly cwd?: string | undefined;
  /** Where the index is kept between runs; in memory unless given. */
  readonly directory?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly tell: Tell;
  /** Whether a passage may join the request; all may unless given. */
  readonly admits?: ((job: Job, text: string) => boolean) | undefined;
}

/** Retrieval as the snapshot shows it. */
export interface RetrievalPicture {
  readonly documents: number;
  readonly chunks: number;
  /** Files and patterns that were left out; the log says why. */
  readonly skipped: number;
  /** Requests that context was looked up for. */
  readonly queries: number;
  /** Those that got some. */
  readonly hits: number;
  /** Those that went on without, because the index took too long. */
  readonly timeouts: number;
  /** What the last look at the files took that found changes. */
  readonly index_ms: number;
  readonly last_error: string | null;
}

interface Waiting {
  readonly goOn: (answered: boolean) => void;
}

/** Starts to read the files, so that the first question finds the index ready or on its way. Null without any. */
export function createRetrieval(settings: RetrievalSettings, surroundings: RetrievalSurroundings): Retrieval | null {
  if (!settings.enabled || settings.sources.length === 0) return null;
  const retrieval = new Retrieval(settings, surroundings);
  retrieval.start();
  return retrieval;
}

/**
 * The first stage (capability A3): passages of the user's own files that may help with the last user message, put
 * before it as one marked message. The index follows the files; whatever goes wrong with it, the request goes on.
 */
export class Retrieval {
  private readonly settings: RetrievalSettings;
  private readonly clock: Clock;
  private readonly corpusOptions: CorpusOptions;
  private readonly listener: Tell;
  private readonly admits: (job: Job, text: string) => boolean;
  private readonly timeouts: Timeouts<Waiting>;
  private readonly waiting = new Set<Waiting>();
  private corpus: Corpus | null = null;
  private refreshing: Promise<void> | null = null;
  private saving: Promise<void> | undefined;
  /** When the last look at the files ended. */
  private lookedAt = Number.NEGATIVE_INFINITY;
  private closed = false;
  private counts = { queries: 0, hits: 0, timeouts: 0 };
  private indexMs = 0;
  private lastError: string | null = null;

  constructor(settings: RetrievalSettings, { cwd, directory, clock, random, tell, admits }: RetrievalSurroundings) {
    this.settings = settings;
    this.clock = clock;
    this.listener = tell;
    this.admits = admits ?? (() => true);
    this.corpusOptions = {
      sources: settings.sources,
      cwd: resolve(cwd ?? '.'),
      directory: directory ?? null,
      passageBytes: passageBytes(settings.max_context_tokens),
      clock,
      ids: createIds('index', random),
      tell: this.tell,
    };
    this.timeouts = new Timeouts(clock, (one) => {
      this.counts.timeouts++;
      one.goOn(false);
    });
  }

  start(): void {
    void this.refresh();
  }

  readonly step: Step<Job> = (job) => {
    const question = lastUserText(job.messages);
    if (question.trim() === '' || this.closed) return undefined;
    this.counts.queries++;
    const age = this.clock.now() - this.lookedAt;
    if (age < FRESH_MS) return this.answer(job, question);
    const refreshed = this.refresh();
    if (age < STALE_MS) return this.answer(job, question);
    return this.waitFor(refreshed, job).then((answered) => {
      if (answered) this.answer(job, question);
    });
  };

  /** Ends the reading, lets go whoever waits for it, and keeps what was read. */
  async close(): Promise<void> {
    this.closed = true;
    this.corpus?.stop();
    for (const { goOn } of [...this.waiting]) goOn(false);
    await this.refreshing;
    await this.saving;
    await this.corpus?.save(Number.POSITIVE_INFINITY);
  }

  /** Changes whenever the picture does. */
  get stamp(): string {
    return JSON.stringify(this.read());
  }

  read(): RetrievalPicture {
    return {
      documents: this.corpus?.documents ?? 0,
      chunks: this.corpus?.passages ?? 0,
      skipped: this.corpus?.skipped ?? 0,
      ...this.counts,
      index_ms: this.indexMs,
      last_error: this.lastError,
    };
  }

  private answer(job: Job, question: string): void {
    if (job.ended !== null) return;
    try {
      this.addContext(job, question);
    } catch (thrown) {
      this.failed('stages.rag', messageOf(thrown));
    }
  }

  private addContext(job: Job, question: string): void {
    const found = this.corpus?.search(question) ?? [];
    const passages = found.filter(({ text }) => this.admits(job, text));
    if (passages.length === 0) return;
    const context = contextMessage(passages, this.settings.max_context_tokens);
    if (context === null) return this.failed('stages.rag.max_context_tokens', 'leaves no room for a passage');
    this.counts.hits++;
    const at = job.messages.findLastIndex(({ role }) => role === 'user');
    job.messages = job.messages.toSpliced(at, 0, context);
  }

  /** True when the look at the files ended within the time; false when time, request or retrieval ended before. */
  private waitFor(refreshed: Promise<void>, job: Job): Promise<boolean> {
    return new Promise((settle) => {
      const goOn = (answered: boolean): void => {
        this.waiting.delete(one);
        this.timeouts.delete(one, ticket);
        job.signal.removeEventListener('abort', taken);
        settle(answered);
      };
      const taken = (): void => goOn(false);
      const one: Waiting = { goOn };
      const ticket = this.timeouts.add(one, this.clock.now() + this.settings.timeout_ms);
      this.waiting.add(one);
      job.signal.addEventListener('abort', taken, { once: true });
      void refreshed.then(() => goOn(true));
    });
  }

  /** Looks at the files, one look at a time; never rejects. */
  private refresh(): Promise<void> {
    this.refreshing ??= this.look().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async look(): Promise<void> {
    const startedAt = this.clock.now();
    try {
      this.corpus ??= await this.open();
      if (this.closed) this.corpus.stop();
      const changes = await this.corpus.refresh();
      if (changes > 0) {
        this.indexMs = Math.round(this.clock.now() - startedAt);
        this.tell(
          'info',
          `${this.corpus.documents} files`,
          `indexed in ${this.indexMs} ms, ${changes} of them changed`,
        );
      }
    } catch (thrown) {
      this.failed('stages.rag.sources', messageOf(thrown));
    }
    this.lookedAt = this.clock.now();
    // After those that have waited: a large index takes a while.
    this.clock.nextTurn(() => {
      if (!this.closed) this.saving = this.corpus?.save();
    });
  }

  /** Loads the search library, which nobody needs who has no sources. */
  private async open(): Promise<Corpus> {
    const { Corpus } = await import('./corpus.ts');
    return new Corpus(this.corpusOptions);
  }

  private failed(subject: string, message: string): void {
    if (this.lastError !== errorText(subject, message)) this.tell('warn', subject, message);
  }

  private readonly tell: Tell = (level, subject, message) => {
    if (level === 'warn') this.lastError = errorText(subject, message);
    this.listener(level, subject, message);
  };
}

const errorText = (subject: string, message: string): string => `${subject}: ${message}`;

/** UTF-8 bytes of a passage at most: tokens are estimated as bytes / 4. */
function passageBytes(maxContextTokens: number): number {
  const tokens = Math.floor(maxContextTokens / PASSAGES_THAT_FIT);
  return 4 * Math.min(PASSAGE_TOKENS, Math.max(SHORTEST_PASSAGE_TOKENS, tokens));
}
