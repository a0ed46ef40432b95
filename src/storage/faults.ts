import { OrchestratorError } from '../core/errors.ts';

/** Why the database refused, as plain data: errors lose their fields on the way between threads. */
export interface Fault {
  readonly message: string;
  /** Primary SQLite result code (https://sqlite.org/rescode.html), or null when SQLite was not the one to refuse. */
  readonly code: number | null;
}

const BUSY = 5;

/** What the user can do, by result code. */
const FIXES: Readonly<Record<number, string>> = {
  3: 'check the permissions of the file and its directory',
  [BUSY]: 'another process keeps it locked; end that process or wait for it',
  8: 'make the file and its directory writable',
  10: 'check the disk and its free space',
  11: 'move it away or restore a copy',
  13: 'free some space',
  14: 'check that the directory exists and is writable, and that files can still be opened',
  26: 'move it away',
};

/** Turns whatever was thrown into a fault. */
export function toFault(thrown: unknown): Fault {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const errcode = thrown instanceof Error && 'errcode' in thrown ? thrown.errcode : null;
  // The upper bytes of an extended code say which variant of the primary code it was.
  return { message, code: typeof errcode === 'number' ? errcode & 0xff : null };
}

/** Whether another connection holds the lock, so that a later try may succeed. */
export function isBusy(thrown: unknown): boolean {
  return toFault(thrown).code === BUSY;
}

/** The error that callers see: it names the file and the fix. The fault is its cause. */
export function storageError(location: string, fault: Fault): OrchestratorError {
  const fix = fault.code === null ? undefined : FIXES[fault.code];
  const message = `Storage ${location}: ${fault.message}${fix === undefined ? '' : `; ${fix}`}.`;
  return new OrchestratorError('storage_failed', message, { cause: fault });
}
