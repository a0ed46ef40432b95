import { hash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import { indexPath, type KnownFile, readIndex, writeIndex } from './index-file.ts';
import { type Passage, PassageIndex } from './passage-index.ts';
import { findFiles, LARGEST_FILE, readText, type SourceFile } from './source-files.ts';

/** Bytes of text in one index: beyond, it would take hundreds of megabytes of memory. */
const MOST_TEXT = 16 * 1024 * 1024;
/** After a change, the stored index is written anew when the one before is so old, and at the end. */
const WRITE_AFTER_MS = 60_000;

/** Files of one kind of fault that are told by name; of the others their number is. */
const MOST_TOLD = 10;

const NO_FILE = 'names no file (stages.rag.sources); "docs/**" names those in a folder';

export interface CorpusOptions {
  readonly sources: readonly string[];
  readonly cwd: string;
  /** Where the index is kept between runs; null: in memory. */
  readonly directory: string | null;
  /** UTF-8 bytes of a passage at most. */
  readonly passageBytes: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tell: Tell;
}

/** Tells what became of a file or a pattern: `warn` where the user can mend something, `info` where all is as it should be. */
export type Tell = (level: Level, subject: string, message: string) => void;

type Level = 'warn' | 'info';

/** What is the matter with files and patterns, by path or pattern. */
type Matters = Map<string, { readonly level: Level; readonly message: string }>;

/** The files that the patterns name, and the index of their passages. */
export class Corpus {
  private readonly options: CorpusOptions;
  private readonly path: string | null;
  private index: PassageIndex;
  private readonly known = new Map<string, KnownFile>();
  /** Bytes of text in the index. */
  private text = 0;
  /** At the last look: what stays the matter is told once. */
  private matters: Matters = new Map();
  private loaded = false;
  private unsaved = false;
  private savedAt = Number.NEGATIVE_INFINITY;
  private stopped = false;

  constructor(options: CorpusOptions) {
    const { directory, cwd, sources, passageBytes } = options;
    this.options = options;
    this.path = directory === null ? null : indexPath(directory, cwd, sources, passageBytes);
    this.index = PassageIndex.empty(passageBytes);
  }

  get documents(): number {
    return this.index.files;
  }

  get passages(): number {
    return this.index.passages;
  }

  /** Files and patterns that something is the matter with. */
  get skipped(): number {
    return this.matters.size;
  }

  /** What may help with a question, the best first. */
  search(question: string): readonly Passage[] {
    return this.index.search(question);
  }

  /**
   * Takes over what has changed on disk since the last look. A file is read only when its size or its time of change is
   * another. Returns how many files came, went or changed.
   */
  async refresh(): Promise<number> {
    if (!this.loaded) await this.load();
    const { sources, cwd } = this.options;
    const { files, unmatched } = await findFiles(sources, cwd);
    const matters: Matters = new Map();
    for (const pattern of unmatched) matters.set(pattern, { level: 'warn', message: NO_FILE });
    let changes = this.forgetOthers(files);
    for (const file of files) {
      if (this.stopped) break;
      const before = this.known.get(file.path);
      if (before?.size !== file.size || before.modifiedMs !== file.modifiedMs)
        changes += await this.take(file, matters);
      const { skipped } = this.known.get(file.path) ?? { skipped: null };
      if (skipped !== null) matters.set(file.path, { level: 'info', message: skipped });
    }
    this.tellNew(matters);
    this.matters = matters;
    this.unsaved ||= changes > 0;
    return changes;
  }

  /** Writes the index down if it is due; errors are told. */
  async save(now = this.options.clock.now()): Promise<void> {
    if (this.path === null || !this.unsaved || now - this.savedAt < WRITE_AFTER_MS) return;
    this.unsaved = false;
    this.savedAt = now;
    try {
      const stored = { files: [...this.known.values()], index: this.index.toJSON() };
      await writeIndex(this.path, stored, this.options.ids());
    } catch (thrown) {
      this.options.tell('warn', this.path, `the index cannot be written: ${messageOf(thrown)}`);
    }
  }

  /** A refresh that is going on ends with the file it is at; what was read by then is kept. */
  stop(): void {
    this.stopped = true;
  }

  private async load(): Promise<void> {
    this.loaded = true;
    if (this.path === null) return;
    try {
      const stored = await readIndex(this.path);
      if (stored === null) return;
      this.index = await PassageIndex.from(stored.index, this.options.passageBytes);
      for (const file of stored.files) this.remember(file);
    } catch (thrown) {
      this.options.tell('warn', this.path, `the index is made anew: ${messageOf(thrown)}`);
    }
  }

  /** Reads a file that is new or has changed; 1 when the index is another than before. */
  private async take(file: SourceFile, matters: Matters): Promise<number> {
    const { path, size, modifiedMs } = file;
    const before = this.known.get(path);
    const others = this.text - (before?.text ?? 0);
    if (size <= LARGEST_FILE && others + size > MOST_TEXT) {
      matters.set(path, { level: 'warn', message: 'is left out: all files together are larger than 16 MiB' });
      return this.forget(path);
    }
    const content = await readText(file, this.options.cwd);
    if (content.kind === 'unreadable') {
      matters.set(path, { level: 'warn', message: content.reason });
      return this.forget(path);
    }
    if (content.kind === 'skipped') {
      this.forget(path);
      this.remember({ path, size, modifiedMs, text: 0, digest: null, skipped: content.reason });
      return 1;
    }
    const digest = hash('sha256', content.bytes);
    if (digest !== before?.digest) await this.index.put(path, content.text, this.pause);
    this.remember({ path, size, modifiedMs, text: content.bytes.length, digest, skipped: null });
    return 1;
  }

  private readonly pause = (): Promise<void> => new Promise((resolve) => this.options.clock.nextTurn(resolve));

  /** Files that the patterns no longer name leave. */
  private forgetOthers(files: readonly SourceFile[]): number {
    const paths = new Set(files.map(({ path }) => path));
    let gone = 0;
    for (const path of [...this.known.keys()]) if (!paths.has(path)) gone += this.forget(path);
    return gone;
  }

  private remember(file: KnownFile): void {
    this.text += file.text - (this.known.get(file.path)?.text ?? 0);
    this.known.set(file.path, file);
  }

  private forget(path: string): number {
    const file = this.known.get(path);
    if (file === undefined) return 0;
    this.text -= file.text;
    this.known.delete(path);
    this.index.delete(path);
    return 1;
  }

  private tellNew(matters: Matters): void {
    for (const level of ['warn', 'info'] as const) {
      const fresh = [...matters].filter(
        ([subject, matter]) => matter.level === level && this.matters.get(subject)?.message !== matter.message,
      );
      for (const [subject, { message }] of fresh.slice(0, MOST_TOLD)) this.options.tell(level, subject, message);
      if (fresh.length > MOST_TOLD)
        this.options.tell(level, `${fresh.length - MOST_TOLD} more files`, 'are left out, too');
    }
  }
}
