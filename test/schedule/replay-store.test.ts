import { describe, expect, test } from 'vitest';
import { letterKey, ReplayStore } from '../../src/schedule/replay-store.ts';
import { deadLetterInsert } from '../../src/storage/dead-letters.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { claimOwnership, LEASE_MS } from '../../src/storage/owners.ts';
import { ManualClock } from '../support/manual-clock.ts';

const request = { id: 'r', messages: [{ role: 'user' as const, content: 'question' }] };
const claimed = { key: letterKey(request), request };

test('a replay that was away for too long, and lost its record to another, leaves the letter to that one', async () => {
  const storage = await openStorage({ path: 'memory' });
  const store = new ReplayStore(new ManualClock(), storage);
  await store.letters.add({ request, reason: 'failed', error: null, attempts: 1, hops: 0, at: 0 });
  const away = await store.begin('store', 'own-away');
  expect(await store.claim(away, claimed, false)).toMatchObject({ kind: 'ours' });
  // Its lease ran out.
  const heir = await store.begin('store', 'own-heir');
  expect(await store.claim(heir, claimed, false)).toEqual({ kind: 'unknown' });
  expect(await store.claim(heir, claimed, true)).toMatchObject({ kind: 'ours' });

  const taken = {
    code: 'storage_failed',
    message: expect.stringContaining('Another process has taken request r over'),
  };
  await expect(store.answered(away, claimed, '{}')).rejects.toMatchObject(taken);
  await expect(store.failed(away, claimed, [])).rejects.toMatchObject(taken);
  expect(await store.letters.byRequest('r')).toHaveLength(1);
  expect(await store.answered(heir, claimed, '{}')).toBe(1);
  expect(await store.letters.byRequest('r')).toEqual([]);
  await storage.close();
});

test('a letter is known by its request: another one of the same id is another', () => {
  expect(letterKey({ ...request })).toBe(letterKey(request));
  expect(letterKey({ ...request, tenant: 'other' })).not.toBe(letterKey(request));
  expect(letterKey(request)).not.toBe('');
});

describe('a record that the journal knows already', () => {
  /** A store, and a way to begin replays in it, by processes that are alive or gone. */
  async function world() {
    const clock = new ManualClock();
    const storage = await openStorage({ path: 'memory' });
    const store = new ReplayStore(clock, storage);
    return {
      ...{ clock, storage, store },
      async begin(id: string, alive: boolean, own = store) {
        if (alive) await claimOwnership(storage, { clock, id });
        return own.begin('store', id);
      },
      another: () => new ReplayStore(clock, storage),
    };
  }

  test('is told with its answer where that may not have been printed', async () => {
    const { storage, store, begin } = await world();
    const gone = await begin('own-gone', false);
    await store.claim(gone, claimed, false);
    await store.answered(gone, claimed, '{"id":"r"}');
    const next = await begin('own-next', true);
    expect(await store.claim(next, claimed, false)).toEqual({ kind: 'answered', unprinted: '{"id":"r"}' });
    await storage.close();
  });

  test('is told without its answer while the one who has it lives', async () => {
    const { storage, store, begin } = await world();
    const busy = await begin('own-busy', true);
    await store.claim(busy, claimed, false);
    expect(await store.claim(busy, claimed, true)).toEqual({ kind: 'handled' });
    await store.answered(busy, claimed, '{}');
    const next = await begin('own-next', true);
    expect(await store.claim(next, claimed, false)).toEqual({ kind: 'answered', unprinted: null });
    await storage.close();
  });

  test('is tried again when it has failed, and remembers how often for good', async () => {
    const { storage, store, begin } = await world();
    for (const [round, definite] of [true, true, false].entries()) {
      const replay = await begin(`own-${round}`, false);
      expect(await store.claim(replay, claimed, false)).toEqual({ kind: 'ours', round });
      expect(await store.failed(replay, claimed, [], definite)).toBe(0);
    }
    const last = await begin('own-last', false);
    expect(await store.claim(last, claimed, false)).toEqual({ kind: 'ours', round: 2 });
    await storage.close();
  });

  test('is left alone when a replay that runs beside this one has tried it', async () => {
    const { storage, store, begin, another } = await world();
    const mine = another();
    const beside = await begin('own-beside', true);
    const own = await begin('own-mine', true, mine);
    const later = await begin('own-later', true);
    for (const other of [beside, later]) {
      await store.claim(other, { ...claimed, key: `key-${other}` }, false);
      await store.failed(other, { ...claimed, key: `key-${other}` }, []);
      expect(await mine.claim(own, { ...claimed, key: `key-${other}` }, false)).toEqual({ kind: 'handled' });
    }
    await storage.close();
  });

  test('is tried again when the one that has tried it had died before this replay began', async () => {
    const { clock, storage, store, begin, another } = await world();
    // It has crashed: its place is there, and nobody renews it.
    await claimOwnership(storage, { clock: new ManualClock(), id: 'own-gone' });
    const gone = await store.begin('store', 'own-gone');
    clock.advance(LEASE_MS + 1);
    const mine = another();
    const own = await begin('own-mine', true, mine);
    await store.claim(gone, claimed, false);
    await store.failed(gone, claimed, []);
    expect(await mine.claim(own, claimed, false)).toEqual({ kind: 'ours', round: 0 });
    await storage.close();
  });

  test('leaves its letter to the one that takes its place', async () => {
    const { storage, store, begin } = await world();
    const letter = { request, reason: 'failed', error: null, attempts: 1, hops: 0, at: 0 } as const;
    await store.letters.add(letter);
    // One of another request that bears the same id stays.
    await store.letters.add({ ...letter, request: { ...request, tenant: 'other' } });
    const replay = await begin('own', true);
    await store.claim(replay, claimed, false);
    expect(await store.failed(replay, claimed, [deadLetterInsert({ ...letter, hops: 1 })])).toBe(1);
    expect((await store.letters.byRequest('r')).map(({ hops, request: { tenant } }) => [hops, tenant])).toEqual([
      [0, 'other'],
      [1, undefined],
    ]);
    await storage.close();
  });
});
