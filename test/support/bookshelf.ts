import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of files that a test writes, changes, renames and deletes, and a folder for data beside it. */
export class Bookshelf {
  readonly path = mkdtempSync(join(tmpdir(), 'orchestrator-shelf-'));
  readonly data = mkdtempSync(join(tmpdir(), 'orchestrator-data-'));
  #time = 1_700_000_000;

  [Symbol.dispose](): void {
    for (const path of [this.path, this.data]) rmSync(path, { recursive: true, force: true });
  }

  /** Writes a file with a time of change of its own, whatever the resolution of the file system's clock. */
  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), content);
    this.#time += 10;
    utimesSync(join(this.path, name), this.#time, this.#time);
  }

  /** Writes a file that looks as if it had not changed: to see who reads it all the same. */
  writeUnseen(name: string, content: string): void {
    const { size, mtime } = statSync(join(this.path, name));
    if (content.length !== size) throw new Error('another size would be seen');
    writeFileSync(join(this.path, name), content);
    utimesSync(join(this.path, name), mtime, mtime);
  }

  rename(from: string, to: string): void {
    renameSync(join(this.path, from), join(this.path, to));
  }

  delete(name: string): void {
    rmSync(join(this.path, name));
  }

  /** Paths of the stored indexes. */
  indexes(): string[] {
    const directory = join(this.data, 'retrieval');
    return readdirSync(directory).map((name) => join(directory, name));
  }
}
