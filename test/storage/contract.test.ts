import { describe, expect, test } from 'vitest';
import type { Storage } from '../../src/storage/contract.ts';
import { freshDirectory, note, notes, storageIn, withNotes } from './support/world.ts';

const BACKENDS = [
  { name: 'a file', open: async () => storageIn(await freshDirectory()) },
  { name: 'memory', open: () => storageIn('memory') },
];

/** Lets the database grow to no more pages than this: what a full disk looks like from above. */
const limitPages = (storage: Storage, pages: number) => storage.write([{ sql: `PRAGMA max_page_count = ${pages}` }]);

describe.each(BACKENDS)('a storage in $name', ({ open }) => {
  const opened = async () => withNotes(await open());

  test('returns what was written, with counts and ids', async () => {
    const storage = await opened();
    const [first] = await storage.write([note('one')]);
    const results = await storage.write([note('two'), note('three'), { sql: 'DELETE FROM notes WHERE id < 3' }]);
    expect(first).toEqual({ changes: 1, lastId: 1 });
    expect(results.map((result) => result.changes)).toEqual([1, 1, 2]);
    expect(await notes(storage)).toEqual(['three']);
  });

  test('keeps every type of value', async () => {
    const storage = await open();
    const sql = 'SELECT ? AS text, ? AS number, ? AS big, ? AS none, ? AS bytes';
    const params = ['a\u0000b💡', 1.5, 2n ** 40n, null, new Uint8Array([0, 255])];
    const [row] = await storage.read<Record<string, unknown>>({ sql, params });
    const bytes = new Uint8Array([0, 255]);
    expect(row).toStrictEqual({ text: 'a\u0000b💡', number: 1.5, big: 2 ** 40, none: null, bytes });
  });

  test('a read sees every write that was called before it, and none after', async () => {
    const storage = await opened();
    void storage.write([note('before')]);
    const read = notes(storage);
    void storage.write([note('after')]);
    expect(await read).toEqual(['before']);
  });

  test('writes of one turn share a commit', async () => {
    const storage = await opened();
    const before = storage.stats.commits;
    const writes = Array.from({ length: 500 }, (_, at) => storage.write([note(`note ${at}`)]));
    expect(storage.stats.pending).toBe(500);
    await Promise.all(writes);
    expect(storage.stats.commits - before).toBe(1);
    expect(storage.stats).toMatchObject({ pending: 0, writes: 501, failures: 0 });
    expect(await notes(storage)).toHaveLength(500);
  });

  test('rows that nobody waits for share a promise, and are there for whoever reads', async () => {
    const storage = await opened();
    const first = storage.append(note('one'));
    expect(storage.append(note('two'))).toBe(first);
    void storage.write([note('three')]);
    const later = storage.append(note('four'));
    expect(later).not.toBe(first);
    expect(storage.stats.pending).toBe(3);
    expect(await notes(storage)).toEqual(['one', 'two', 'three', 'four']);
    await Promise.all([first, later]);
    expect(storage.stats).toMatchObject({ pending: 0, failures: 0 });
  });

  test('rows that nobody waits for are one unit, and other units do not fail with them', async () => {
    const storage = await opened();
    const rows = [storage.append(note('one')), storage.append(note('two')), storage.append(note('one'))];
    const unit = storage.write([note('three')]);
    await unit;
    for (const row of rows) await expect(row).rejects.toMatchObject({ message: expect.stringContaining('UNIQUE') });
    expect(await notes(storage)).toEqual(['three']);
  });

  test('a unit that fails changes nothing and fails alone', async () => {
    const storage = await opened();
    const written = await Promise.allSettled([
      storage.write([note('one')]),
      storage.write([note('two'), note('one')]),
      storage.write([note('one')]),
      storage.write([note('three'), note('four')]),
      storage.read({ sql: 'SELECT nonsense' }),
    ]);
    expect(written.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(await notes(storage)).toEqual(['one', 'three', 'four']);
    expect(storage.stats.failures).toBe(3);
  });

  test('errors name the place and the reason', async () => {
    const storage = await opened();
    await storage.write([note('one')]);
    const failure = storage.write([note('one')]);
    await expect(failure).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining(storage.location),
    });
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('UNIQUE') });
  });

  test('when the disk is full, writes are refused, reads go on, and it recovers', async () => {
    const storage = await opened();
    await limitPages(storage, 60);
    const stored: string[] = [];
    let refused: unknown;
    while (refused === undefined) {
      const text = `${stored.length} ${'x'.repeat(20_000)}`;
      await storage.write([note(text)]).then(
        () => stored.push(text),
        (error: unknown) => (refused = error),
      );
    }
    expect(refused).toMatchObject({ code: 'storage_failed', message: expect.stringContaining('disk is full') });
    expect(await notes(storage)).toEqual(stored);

    await limitPages(storage, 10_000);
    await storage.write([note('room again')]);
    expect(await notes(storage)).toEqual([...stored, 'room again']);
  });

  test('a full disk in the middle of a group acknowledges nothing that is lost', async () => {
    const storage = await opened();
    await limitPages(storage, 60);
    const texts = Array.from({ length: 30 }, (_, at) => `${at} ${'x'.repeat(20_000)}`);
    const results = await Promise.allSettled(texts.map((text) => storage.write([note(text), note(`${text} too`)])));
    const acknowledged = results.flatMap(({ status }, at) => (status === 'fulfilled' ? [texts[at]!] : []));
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    expect(await notes(storage)).toEqual(acknowledged.flatMap((text) => [text, `${text} too`]));
  });

  test('closing finishes what is pending and refuses what comes later', async () => {
    const storage = await opened();
    const last = storage.write([note('last')]);
    const closed = storage.close();
    await expect(storage.write([note('late')])).rejects.toMatchObject({ message: expect.stringContaining('closed') });
    await expect(last).resolves.toHaveLength(1);
    await closed;
    await storage.close();
  });
});

test('a memory storage that nobody used closes without having opened anything', async () => {
  const storage = await storageIn('memory');
  expect(storage).toMatchObject({ location: 'memory', durable: false });
  await storage.close();
});
