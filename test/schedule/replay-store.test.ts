import { expect, test } from 'vitest';
import { letterKey, ReplayStore } from '../../src/schedule/replay-store.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
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

  await expect(store.answered(away, claimed, '{}')).rejects.toThrow('Another process has taken request r over');
  expect(await store.letters.byRequest('r')).toHaveLength(1);
  expect(await store.answered(heir, claimed, '{}')).toBe(1);
  expect(await store.letters.byRequest('r')).toEqual([]);
  await storage.close();
});
