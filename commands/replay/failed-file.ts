import { closeSync, fstatSync, openSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, OrchestratorError } from '../../src/core/errors.ts';

/** Takes the records that were not answered, each as it came, so that it can be replayed. */
export interface FailedFile {
  add(bytes: Uint8Array): void;
  close(): void;
}

const NONE: FailedFile = { add: () => undefined, close: () => undefined };
const LINE_FEED = Buffer.from('\n');

/** Whatever names and links lead there: a redirected standard input, too. */
const inputOf = (source: string): Stats | undefined =>
  source === '-' ? fstatSync(0) : statSync(source, { throwIfNoEntry: false });

const isSame = (one: Stats, other: Stats | undefined): boolean => one.dev === other?.dev && one.ino === other.ino;

/** Empties the file first. Throws `usage` when it is the input itself, or cannot be written; `add` throws `storage_failed`. */
export function openFailedFile(cwd: string, name: string | undefined, source: string): FailedFile {
  if (name === undefined) return NONE;
  const path = resolve(cwd, name);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isFile() && isSame(there, inputOf(source))) {
    throw new OrchestratorError('usage', `--failed-file ${path} is the input; name another file.`);
  }
  try {
    const handle = openSync(path, 'w', 0o600);
    const add = (bytes: Uint8Array): void => {
      try {
        // Unlike `writeSync` it goes on after a write that was cut short.
        writeFileSync(handle, Buffer.concat([bytes, LINE_FEED]));
      } catch (thrown) {
        throw new OrchestratorError('storage_failed', `--failed-file ${path} cannot be written: ${messageOf(thrown)}`, {
          cause: thrown,
        });
      }
    };
    return { add, close: () => closeSync(handle) };
  } catch (thrown) {
    throw new OrchestratorError('usage', `--failed-file ${path} cannot be written: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}
