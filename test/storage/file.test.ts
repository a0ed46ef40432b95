import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { QueuedStorage } from '../../src/storage/queued-storage.ts';
import { ThreadBackend } from '../../src/storage/thread-backend.ts';
import { freshDirectory, note, notes, storageIn, withNotes } from './support/world.ts';

const permissions = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const isWindows = process.platform === 'win32';

describe('the file', () => {
  test('outlives the storage', async () => {
    const directory = await freshDirectory();
    const first = await withNotes(await openStorage({ path: directory }));
    expect(first).toMatchObject({ location: join(directory, 'orchestrator.db'), durable: true });
    await first.write([note('kept')]);
    await first.close();
    expect(await notes(await storageIn(directory))).toEqual(['kept']);
  });

  test.skipIf(isWindows)('and its directory are for their owner only', async () => {
    const directory = join(await freshDirectory(), 'a', 'b');
    const storage = await withNotes(await storageIn(directory));
    expect(await permissions(directory)).toBe('700');
    expect(await permissions(storage.location)).toBe('600');
    expect(await permissions(`${storage.location}-wal`)).toBe('600');
  });

  test.skipIf(isWindows)('loses permissions that were too wide', async () => {
    const directory = await freshDirectory();
    const before = await openStorage({ path: directory });
    await before.close();
    await chmod(before.location, 0o644);
    await storageIn(directory);
    expect(await permissions(before.location)).toBe('600');
  });

  test('is refused when it is no database', async () => {
    const directory = await freshDirectory();
    await writeFile(join(directory, 'orchestrator.db'), 'prompt: hello\n'.repeat(500));
    await expect(openStorage({ path: directory })).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('move it away'),
    });
  });

  test('is refused when its directory cannot be made', async () => {
    const directory = await freshDirectory();
    await writeFile(join(directory, 'taken'), '');
    const opening = openStorage({ path: join(directory, 'taken', 'data') });
    await expect(opening).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('check the permissions'),
    });
  });

  test('is refused when it is a directory', async () => {
    const directory = await freshDirectory();
    await mkdir(join(directory, 'orchestrator.db'));
    await expect(openStorage({ path: directory })).rejects.toMatchObject({
      message: expect.stringContaining('unable to open'),
    });
  });

  test.skipIf(isWindows)('acknowledges nothing while it is gone, and goes on once it is back', async () => {
    const directory = await freshDirectory();
    const storage = await withNotes(await storageIn(directory));
    await rename(storage.location, `${storage.location}.away`);
    await expect(storage.write([note('lost')])).rejects.toMatchObject({
      message: expect.stringContaining('deleted or replaced'),
    });
    await rename(`${storage.location}.away`, storage.location);
    await storage.write([note('found')]);
    await rm(storage.location);
    await expect(storage.write([note('lost for good')])).rejects.toMatchObject({
      message: expect.stringContaining('deleted or replaced'),
    });
  });

  test('waits for another process that is writing', async () => {
    const storage = await withNotes(await storageIn(await freshDirectory()));
    const other = new DatabaseSync(storage.location);
    other.exec("BEGIN IMMEDIATE; INSERT INTO notes (text) VALUES ('theirs')");
    const ours = storage.write([note('ours')]);
    other.exec('COMMIT');
    other.close();
    await ours;
    expect(await notes(storage)).toEqual(['theirs', 'ours']);
  });

  test('takes two storages at once', async () => {
    const directory = await freshDirectory();
    const both = await Promise.all([storageIn(directory), storageIn(directory)]);
    for (const storage of both) await withNotes(storage);
    const rounds = Array.from({ length: 100 }, (_, at) => at);
    await Promise.all(both.flatMap((storage, who) => rounds.map((at) => storage.write([note(`${who}-${at}`)]))));
    expect(await notes(both[0]!)).toHaveLength(200);
    expect(await notes(both[1]!)).toEqual(await notes(both[0]!));
  });
});

describe('the storage thread', () => {
  test('takes what is pending and what comes later with it when it dies', async () => {
    const file = join(await freshDirectory(), 'orchestrator.db');
    const script = new URL('./support/dying-thread.ts', import.meta.url);
    const storage = new QueuedStorage(await ThreadBackend.open(file, script));
    const pending = storage.write([note('one')]);
    await expect(pending).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('the storage thread ended'),
    });
    await expect(storage.write([note('two')])).rejects.toMatchObject({
      message: expect.stringContaining('the storage thread ended'),
    });
    expect(storage.stats).toMatchObject({ pending: 0, writes: 0, failures: 2 });
    await storage.close();
  });

  test('survives a parameter that cannot be sent', async () => {
    const storage = await withNotes(await storageIn(await freshDirectory()));
    const impossible = { sql: 'SELECT ?', params: [(() => {}) as never] };
    await expect(storage.write([impossible])).rejects.toMatchObject({ code: 'storage_failed' });
    await storage.write([note('fine')]);
    expect(await notes(storage)).toEqual(['fine']);
  });
});
