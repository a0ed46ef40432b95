import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Storage } from '../../src/storage/contract.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { freshDirectory, storageIn } from './support/world.ts';

const CHILD = fileURLToPath(new URL('./support/child.ts', import.meta.url));

/** Runs the child; it is killed at once when it has printed `killAfter` lines. Everything it printed counts. */
async function runChild(mode: string, directory: string, name: string, killAfter = Number.POSITIVE_INFINITY) {
  const child = spawn(process.execPath, [CHILD, mode, directory, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const printed: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (printed.length === killAfter) child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  return { printed, code, signal };
}

async function texts(storage: Storage, table: string): Promise<Set<string>> {
  const rows = await storage.read<{ text: string }>({ sql: `SELECT text FROM ${table}` });
  return new Set(rows.map((row) => row.text));
}

test('a killed process loses nothing it was told is stored, and leaves no half unit', async () => {
  const directory = await freshDirectory();
  const acknowledged: string[] = [];
  for (const [round, lines] of [1, 40, 150, 333, 700].entries()) {
    const { printed, signal } = await runChild('ledger', directory, `round${round}`, lines);
    expect(signal).toBe('SIGKILL');
    expect(printed.length).toBeGreaterThanOrEqual(lines);
    acknowledged.push(...printed);

    const storage = await openStorage({ path: directory });
    const debit = await texts(storage, 'debit');
    expect(acknowledged.filter((text) => !debit.has(text))).toEqual([]);
    expect(await texts(storage, 'credit')).toEqual(debit);
    expect(await storage.read({ sql: 'PRAGMA integrity_check' })).toEqual([{ integrity_check: 'ok' }]);
    await storage.close();
  }
});

test('a process ends by itself once everything is stored, closed or not', async () => {
  const directory = await freshDirectory();
  expect(await runChild('leave', directory, 'goodbye')).toEqual({ printed: ['goodbye'], code: 0, signal: null });
  expect(await texts(await storageIn(directory), 'debit')).toEqual(new Set(['goodbye']));
});

test('processes that start on a fresh directory at the same time all get their rows in', async () => {
  const directory = await freshDirectory();
  const ends = await Promise.all(['a', 'b', 'c'].map((name) => runChild('burst', directory, name)));
  expect(ends.map((end) => end.code)).toEqual([0, 0, 0]);
  expect((await texts(await storageIn(directory), 'debit')).size).toBe(150);
});
