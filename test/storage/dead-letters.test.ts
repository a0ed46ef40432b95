import { expect, test } from 'vitest';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { DeadLetterStore, deadLetterInsert, deadLetterRemoval } from '../../src/storage/dead-letters.ts';
import { note, notes, storageIn, withNotes } from './support/world.ts';

const letter = (id: string, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  request: { id, messages: [{ role: 'user', content: `Hello ${id}` }] },
  reason: 'failed',
  error: { code: 'provider_failed', message: 'upstream said 500' },
  attempts: 3,
  hops: 0,
  at: 1_000,
  ...changes,
});

async function mailbox(...letters: readonly DeadLetter[]) {
  const storage = await storageIn('memory');
  const store = new DeadLetterStore(storage);
  for (const each of letters) await store.add(each);
  return { storage, store };
}

const ids = (letters: readonly DeadLetter[]) => letters.map(({ request }) => request.id);

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('a letter comes back whole', async () => {
  const full = letter('req-1', {
    request: {
      id: 'req-1',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'naïve 💡 \u0000 \ud800 "quoted"\n' }] },
      ],
      model: 'echo',
      parameters: { max_tokens: 10 },
      session: 's1',
      priority: 'high',
      deadline_ms: 500,
      metadata: { team: 'a' },
      tenant: 't',
    },
    hops: 2,
  });
  const { store } = await mailbox();
  const id = await store.add(full);
  expect(await store.get(id)).toStrictEqual({ id, ...full });
  expect(await store.get(id + 1)).toBeUndefined();
});

test('a letter without an error, such as a shed one, has none afterwards', async () => {
  const { store } = await mailbox(letter('a', { reason: 'shed', error: null, attempts: 0 }));
  expect((await store.list({ limit: 1 }))[0]).toMatchObject({ reason: 'shed', error: null, attempts: 0 });
});

test('the list goes from the newest back, page by page', async () => {
  const { store } = await mailbox(...['a', 'b', 'c', 'd', 'e'].map((id) => letter(id)));
  const first = await store.list({ limit: 2 });
  const second = await store.list({ limit: 2, beforeId: first.at(-1)!.id });
  const third = await store.list({ limit: 2, beforeId: second.at(-1)!.id });
  expect([first, second, third].map(ids)).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
});

test('the list can be narrowed to one reason', async () => {
  const { store } = await mailbox(letter('a'), letter('b', { reason: 'expired' }), letter('c'));
  expect(ids(await store.list({ limit: 10, reason: 'expired' }))).toEqual(['b']);
  expect(ids(await store.list({ limit: 10, reason: 'failed', beforeId: 3 }))).toEqual(['a']);
});

test('each visits everything once, oldest first, whatever the page size', async () => {
  const names = Array.from({ length: 25 }, (_, at) => `req-${at}`);
  const { store } = await mailbox(...names.map((id) => letter(id)));
  for (const size of [1, 7, 25, 100]) expect(ids(await collect(store.each(size)))).toEqual(names);
});

test('each does not visit what is stored meanwhile, nor stumble over what is removed', async () => {
  const { store } = await mailbox(...['a', 'b', 'c', 'd'].map((id) => letter(id)));
  const visited: string[] = [];
  for await (const { id, request } of store.each(1)) {
    visited.push(request.id);
    // What a replay does: the letter goes, and comes back as a new one; another is removed by somebody else.
    await store.remove(request.id === 'a' ? [id, id + 1] : [id]);
    await store.add(letter(`${request.id} again`, { hops: 1 }));
  }
  expect(visited).toEqual(['a', 'c', 'd']);
  expect((await store.count()).total).toBe(3);
});

test('a number is never used again, also when the newest letter is gone', async () => {
  const { store } = await mailbox(letter('a'));
  await store.remove([1]);
  expect(await store.add(letter('b'))).toBe(2);
});

test('a request that died twice has two letters', async () => {
  const { store } = await mailbox(letter('a'), letter('b'), letter('a', { hops: 1 }));
  expect((await store.byRequest('a')).map((each) => each.hops)).toEqual([0, 1]);
  expect(await store.byRequest('nobody')).toEqual([]);
});

test('counts by reason', async () => {
  const { store } = await mailbox(letter('a'), letter('b'), letter('c', { reason: 'interrupted' }));
  expect(await store.count()).toEqual({ total: 3, by_reason: { failed: 2, interrupted: 1 } });
});

test('removal says how many there were', async () => {
  const { store } = await mailbox(letter('a'), letter('b'), letter('c'));
  expect(await store.remove([1, 3, 99])).toBe(2);
  expect(await store.remove([])).toBe(0);
  expect(ids(await store.list({ limit: 10 }))).toEqual(['b']);
});

test('a purge takes what is old, or of one reason, or everything', async () => {
  const shed = { reason: 'shed' } as const;
  const { store } = await mailbox(
    letter('a'),
    letter('b', { at: 2_000 }),
    letter('c', shed),
    letter('d', { at: 3_000, ...shed }),
  );
  expect(await store.purge({ beforeMs: 2_000, reason: 'shed' })).toBe(1);
  expect(await store.purge({ beforeMs: 2_000 })).toBe(1);
  expect(await store.purge({ reason: 'failed' })).toBe(1);
  expect(await store.purge()).toBe(1);
  expect(await store.count()).toEqual({ total: 0, by_reason: {} });
});

test('a letter and other effects are stored together or not at all', async () => {
  const { storage, store } = await mailbox(letter('old'));
  await withNotes(storage);
  await storage.write([deadLetterRemoval([1]), deadLetterInsert(letter('new')), note('replayed')]);
  await expect(storage.write([deadLetterInsert(letter('never')), note('replayed')])).rejects.toMatchObject({
    message: expect.stringContaining('UNIQUE'),
  });
  expect(ids(await store.list({ limit: 10 }))).toEqual(['new']);
  expect(await notes(storage)).toEqual(['replayed']);
});

test('a damaged letter is named', async () => {
  const { storage, store } = await mailbox(letter('a'));
  await storage.write([{ sql: `UPDATE dead_letters SET request = '{"id":'` }]);
  await expect(store.get(1)).rejects.toMatchObject({
    code: 'storage_failed',
    message: expect.stringContaining('dead letter 1 is damaged'),
  });
});
