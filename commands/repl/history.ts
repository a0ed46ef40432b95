import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Lines that are kept from one day to the next. */
const KEPT = 1000;
/** What people type is nobody else's business. */
const MODE = 0o600;

/** The lines that were typed, in a file: oldest first, one a line. Where it cannot be written, it is not kept. */
export class History {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The latest lines, newest first, as readline wants them; trims the file when it has grown. */
  load(): string[] {
    const lines = attempt(() => readFileSync(this.path, 'utf8').split('\n').filter(Boolean)) ?? [];
    const latest = lines.slice(-KEPT);
    if (lines.length > 2 * KEPT) attempt(() => this.replace(latest));
    return latest.reverse();
  }

  /** Appends, so that two conversations at once both keep theirs. */
  add(line: string): void {
    if (line.trim() === '') return;
    attempt(() => {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      appendFileSync(this.path, `${line}\n`, { mode: MODE });
      chmodSync(this.path, MODE);
    });
  }

  private replace(lines: readonly string[]): void {
    const next = `${this.path}.new`;
    writeFileSync(next, `${lines.join('\n')}\n`, { mode: MODE });
    renameSync(next, this.path);
  }
}

function attempt<Value>(action: () => Value): Value | null {
  try {
    return action();
  } catch {
    return null;
  }
}
