import { expect, test } from 'vitest';
import { type AcceptedLine, BatchJournal, settleStatement } from '../../src/storage/batches.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { freshDirectory, storageIn } from './support/world.ts';

const SOURCE = '/data/prompts.ndjson';

const line = (number: number): AcceptedLine => ({
  line: number,
  digest: `digest-${number}`,
  request: { id: `req-${number}`, messages: [{ role: 'user', content: `Prompt ${number}` }] },
});
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => line(from + at));
const answer = (number: number) => JSON.stringify({ id: `req-${number}`, status: 'completed' });

/** A batch of `alice` with so many lines accepted. */
async function batchOf(count: number) {
  const storage = await storageIn('memory');
  const journal = new BatchJournal(storage);
  await journal.begin({ id: 'b1', source: SOURCE, owner: 'alice', at: 1 });
  await journal.accept('b1', 'alice', lines(1, count));
  const settle = (number: number, owner = 'alice') => journal.settle('b1', owner, number, answer(number));
  return { storage, journal, settle };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('progress follows a batch from its first line to its last', async () => {
  const { journal, settle } = await batchOf(0);
  expect(await journal.progress('b1')).toEqual({ accepted: 0, answered: 0, open: 0, unprinted: 0 });
  await journal.accept('b1', 'alice', lines(1, 3));
  await settle(2);
  await settle(3);
  await journal.markPrinted('b1', [2]);
  expect(await journal.progress('b1')).toEqual({ accepted: 3, answered: 2, open: 1, unprinted: 1 });
});

test('lines come back in order, as they were accepted and settled', async () => {
  const { journal, settle } = await batchOf(2);
  await settle(2);
  await journal.markPrinted('b1', [2]);
  expect(await collect(journal.each('b1'))).toStrictEqual([
    { ...line(1), outcome: null, printed: false },
    { ...line(2), outcome: answer(2), printed: true },
  ]);
});

test('a long batch is read page by page, from any line', async () => {
  const { journal } = await batchOf(1_234);
  const numbers = (await collect(journal.each('b1', { from: 7 }))).map((each) => each.line);
  expect(numbers).toEqual(lines(7, 1_234).map((each) => each.line));
  const digests = await collect(journal.digests('b1'));
  expect(digests).toEqual(lines(1, 1_234).map(({ line: number, digest }) => ({ line: number, digest })));
});

test('a line that held no request is kept as such', async () => {
  const { journal } = await batchOf(0);
  await journal.accept('b1', 'alice', [{ line: 1, digest: 'd', request: null }]);
  expect(await collect(journal.each('b1'))).toMatchObject([{ line: 1, request: null, outcome: null }]);
});

test('requests survive any text', async () => {
  const { journal } = await batchOf(0);
  const content = 'naïve 💡 \u0000 \ud800 "quoted" \\u0041\n';
  const request = { id: 'req-1', messages: [{ role: 'user' as const, content }] };
  await journal.accept('b1', 'alice', [{ line: 1, digest: 'd', request }]);
  const [read] = await collect(journal.each('b1'));
  expect(read?.request).toStrictEqual(request);
});

test('lines are accepted all or none, and once', async () => {
  const { journal } = await batchOf(3);
  await expect(journal.accept('b1', 'alice', lines(3, 5))).rejects.toMatchObject({ code: 'storage_failed' });
  expect((await journal.progress('b1')).accepted).toBe(3);
});

test('a line is settled once', async () => {
  const { journal, settle } = await batchOf(1);
  expect(await settle(1)).toBe(true);
  expect(await journal.settle('b1', 'alice', 1, '{"other":true}')).toBe(false);
  expect(await collect(journal.each('b1'))).toMatchObject([{ outcome: answer(1) }]);
});

test('settling is part of an atomic write', async () => {
  const { storage, journal } = await batchOf(1);
  const impossible = { sql: 'INSERT INTO batches (id) VALUES (NULL)' };
  await expect(storage.write([settleStatement('b1', 'alice', 1, answer(1)), impossible])).rejects.toMatchObject({
    message: expect.stringContaining('NOT NULL'),
  });
  expect((await journal.progress('b1')).open).toBe(1);
});

test('of many that take a batch over, one gets it', async () => {
  const { journal } = await batchOf(2);
  const heirs = ['bob', 'carol', 'dave'];
  const taken = await Promise.all(heirs.map((heir) => journal.take('b1', 'alice', heir)));
  expect(taken).toEqual([true, false, false]);
  expect(await journal.unfinished(SOURCE)).toEqual({ id: 'b1', source: SOURCE, owner: 'bob', startedAt: 1 });
});

test('who lost a batch can neither settle, accept nor finish any more', async () => {
  const { journal, settle } = await batchOf(2);
  await settle(1);
  await journal.take('b1', 'alice', 'bob');
  expect(await settle(2, 'alice')).toBe(false);
  expect(await journal.accept('b1', 'alice', lines(3, 4))).toBe(false);
  expect(await journal.finish('b1', 'alice', 9)).toBe(false);
  expect(await journal.progress('b1')).toMatchObject({ accepted: 2, answered: 1, open: 1 });

  expect(await settle(2, 'bob')).toBe(true);
  expect(await journal.finish('b1', 'bob', 9)).toBe(true);
});

test('the newest unfinished batch of a source is the one to resume', async () => {
  const { journal } = await batchOf(1);
  await journal.begin({ id: 'other', source: '/data/other.ndjson', owner: 'alice', at: 9 });
  await journal.begin({ id: 'b2', source: SOURCE, owner: 'bob', at: 5 });
  await journal.begin({ id: 'b3', source: SOURCE, owner: 'carol', at: 5 });
  expect((await journal.unfinished(SOURCE))?.id).toBe('b3');
  await journal.finish('b3', 'carol', 6);
  expect((await journal.unfinished(SOURCE))?.id).toBe('b2');
  expect(await journal.unfinished('/data/none.ndjson')).toBeUndefined();
});

test('a finished batch has no lines, takes none and is finished once', async () => {
  const { storage, journal } = await batchOf(12_000);
  expect(await journal.finish('b1', 'alice', 2)).toBe(true);
  expect(await storage.read({ sql: 'SELECT count(*) AS lines FROM batch_lines' })).toEqual([{ lines: 0 }]);
  expect(await journal.accept('b1', 'alice', lines(1, 1))).toBe(false);
  expect(await journal.take('b1', 'alice', 'bob')).toBe(false);
  expect(await journal.finish('b1', 'alice', 3)).toBe(false);
});

test('lines left behind by a sweep that was killed go with the next one', async () => {
  const { storage, journal } = await batchOf(3);
  await storage.write([{ sql: "UPDATE batches SET finished_at = 2 WHERE id = 'b1'" }]);
  await journal.begin({ id: 'b2', source: SOURCE, owner: 'alice', at: 3 });
  await journal.accept('b2', 'alice', lines(1, 2));
  await journal.begin({ id: 'b3', source: SOURCE, owner: 'alice', at: 4 });
  await journal.finish('b3', 'alice', 5);
  expect(await storage.read({ sql: 'SELECT batch, line FROM batch_lines' })).toEqual([
    { batch: 'b2', line: 1 },
    { batch: 'b2', line: 2 },
  ]);
});

test('only so many finished batches are remembered, and every unfinished one', async () => {
  const { storage, journal } = await batchOf(1);
  for (let at = 0; at < 130; at++) {
    await journal.begin({ id: `done-${at}`, source: SOURCE, owner: 'alice', at });
    await journal.finish(`done-${at}`, 'alice', at);
  }
  const rows = await storage.read<{ id: string }>({ sql: 'SELECT id FROM batches ORDER BY rowid' });
  expect(rows).toHaveLength(101);
  expect(rows[0]?.id).toBe('b1');
  expect(rows.at(-1)?.id).toBe('done-129');
});

test('a batch goes on in another process where the first one stopped', async () => {
  const directory = await freshDirectory();
  const first = await openStorage({ path: directory });
  const before = new BatchJournal(first);
  await before.begin({ id: 'b1', source: SOURCE, owner: 'alice', at: 1 });
  await before.accept('b1', 'alice', lines(1, 4));
  await before.settle('b1', 'alice', 1, answer(1));
  await before.settle('b1', 'alice', 3, answer(3));
  await before.markPrinted('b1', [1]);
  await first.close();

  const journal = new BatchJournal(await storageIn(directory));
  const found = await journal.unfinished(SOURCE);
  expect(await journal.take(found!.id, found!.owner, 'bob')).toBe(true);
  const resumed = await collect(journal.each('b1'));
  expect(resumed.filter((each) => each.outcome === null).map((each) => each.line)).toEqual([2, 4]);
  expect(resumed.filter((each) => each.outcome !== null && !each.printed).map((each) => each.line)).toEqual([3]);
});
