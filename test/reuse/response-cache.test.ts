import { expect, test } from 'vitest';
import { TextHash } from '../../src/primitives/text-hash.ts';
import { ResponseCache } from '../../src/reuse/response-cache.ts';
import { ManualClock } from '../support/manual-clock.ts';

const cacheOf = (maxEntries: number, clock = new ManualClock()) =>
  new ResponseCache<{ readonly text: string }>({ maxEntries, ttlMs: 1000 }, clock);

/** Two texts with the same hash; among so many there are about twenty such pairs. */
function collision(): readonly [string, string] {
  const hash = new TextHash();
  const seen = new Map<number, string>();
  for (let i = 0; i < 200_000; i++) {
    const text = `question ${i}`;
    const of = hash.of(text);
    const other = seen.get(of);
    if (other !== undefined) return [other, text];
    seen.set(of, text);
  }
  throw new Error('there are none');
}

test('of two keys with the same hash neither gets the answer to the other', () => {
  const [one, other] = collision();
  const cache = cacheOf(10);
  cache.set(one, { text: 'to one' });
  expect([cache.get(other), cache.has(other)]).toEqual([undefined, false]);
  cache.delete(other);
  expect(cache.get(one)).toEqual({ text: 'to one' });
  cache.set(other, { text: 'to the other' });
  expect([cache.get(one), cache.get(other)?.text, cache.size]).toEqual([undefined, 'to the other', 1]);
});

test('the least recently used leaves for want of room, and is counted; a look is no use', () => {
  const cache = cacheOf(2);
  cache.set('a', { text: 'A' });
  cache.set('b', { text: 'B' });
  cache.get('a');
  cache.has('b');
  cache.set('c', { text: 'C' });
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.text)).toEqual(['A', undefined, 'C']);
  cache.set('c', { text: 'C again' });
  expect([cache.get('c')?.text, cache.evictions, cache.size, cache.hits, cache.misses]).toEqual([
    'C again',
    1,
    2,
    4,
    1,
  ]);
});

test('an answer is forgotten once its time is over, and frees its place', () => {
  const clock = new ManualClock();
  const cache = cacheOf(2, clock);
  cache.set('a', { text: 'A' });
  clock.work(600);
  cache.set('b', { text: 'B' });
  clock.work(399);
  expect([cache.has('a'), cache.has('b')]).toEqual([true, true]);
  clock.work(1);
  expect([cache.get('a'), cache.get('b')?.text, cache.size]).toEqual([undefined, 'B', 1]);
  cache.set('c', { text: 'C' });
  expect([cache.size, cache.evictions, cache.flush(), cache.size, cache.get('b')]).toEqual([2, 0, 2, 0, undefined]);
});
