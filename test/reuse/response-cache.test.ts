import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextHash } from '../../src/primitives/text-hash.ts';
import type { Answer } from '../../src/reuse/answer.ts';
import { ResponseCache } from '../../src/reuse/response-cache.ts';
import { ManualClock } from '../support/manual-clock.ts';

const cacheOf = (maxEntries: number, clock = new ManualClock()) =>
  new ResponseCache({ maxEntries, ttlMs: 1000 }, clock);

const answer = (said: string): Answer => ({
  said,
  provider: 'echo',
  model: 'echo-1',
  finishReason: 'stop',
  inputTokens: 3,
  outputTokens: 4,
  cached: null,
  toolCalls: null,
  native: null,
});

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
  cache.set(one, answer('to one'));
  expect([cache.get(other), cache.has(other)]).toEqual([undefined, false]);
  cache.delete(other);
  expect(cache.get(one)).toEqual(answer('to one'));
  cache.set(other, answer('to the other'));
  expect([cache.get(one), cache.get(other)?.said, cache.size]).toEqual([undefined, 'to the other', 1]);
});

test('the least recently used leaves for want of room, and is counted; a look is no use', () => {
  const cache = cacheOf(2);
  cache.set('a', answer('A'));
  cache.set('b', answer('B'));
  cache.get('a');
  cache.has('b');
  cache.set('c', answer('C'));
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.said)).toEqual(['A', undefined, 'C']);
  cache.set('c', answer('C again'));
  expect([cache.get('c')?.said, cache.evictions, cache.size, cache.hits, cache.misses]).toEqual([
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
  cache.set('a', answer('A'));
  clock.work(600);
  cache.set('b', answer('B'));
  clock.work(399);
  expect([cache.has('a'), cache.has('b')]).toEqual([true, true]);
  clock.work(1);
  expect([cache.get('a'), cache.get('b')?.said, cache.size]).toEqual([undefined, 'B', 1]);
  cache.set('c', answer('C'));
  expect([cache.size, cache.evictions, cache.flush(), cache.size, cache.get('b')]).toEqual([2, 0, 2, 0, undefined]);
});

test('who has asked in vain comes back with a ticket, which is good for that key until something else happens', () => {
  const cache = cacheOf(3);
  cache.get('a');
  const good = cache.ticket;
  cache.set('a', answer('A'), 0, good);
  expect(cache.get('a')?.said).toBe('A');
  cache.get('b');
  const { ticket } = cache;
  cache.get('c');
  cache.set('b', answer('B'), 0, ticket);
  cache.set('a', answer('A again'), 0, good);
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.said)).toEqual(['A again', 'B', undefined]);
  cache.get('d');
  const stale = cache.ticket;
  cache.flush();
  cache.set('d', answer('D'), 0, stale);
  expect([cache.get('d')?.said, cache.size]).toEqual(['D', 1]);
});

test('an answer that comes in the place of an expired one is kept', () => {
  const clock = new ManualClock();
  const cache = cacheOf(2, clock);
  cache.set('a', answer('A'));
  clock.work(1000);
  expect(cache.get('a')).toBeUndefined();
  cache.set('a', answer('A again'), clock.now(), cache.ticket);
  expect([cache.get('a')?.said, cache.size]).toEqual(['A again', 1]);
  clock.work(1000);
  cache.delete('a');
  cache.set('a', answer('A once more'), clock.now(), cache.ticket);
  expect([cache.get('a')?.said, cache.size]).toEqual(['A once more', 1]);
});

test('answers of more models than there are numbers for come back with theirs', () => {
  const models = 1100;
  const cache = cacheOf(models);
  for (let i = 0; i < models; i++) cache.set(`question ${i}`, { ...answer('yes'), model: `model ${i}` });
  for (let i = 0; i < models; i++) expect(cache.get(`question ${i}`)?.model).toBe(`model ${i}`);
});

describe('whatever is kept comes back as it was', () => {
  // Around the size of what lies in a cell, and around that of what is hashed in one go.
  const length = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(300, 480, 500, 960, 1010, 1100, 8190, 9000));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(length, fc.constantFrom('x', '\u00e4', '\u20ac', '\u{1f600}', '\ud800', '\udc00', '\ufffd'))
      .map(([size, unit]) => 'a'.repeat(size) + unit),
    fc.tuple(length, fc.nat(3)).map(([size, n]) => `${'\u4f60'.repeat(size / 3)}${n}`),
  );
  const tokens = fc.oneof(fc.integer({ min: -1, max: 100_000 }), fc.constantFrom(2 ** 31, 2 ** 40, 0.5));
  const some: fc.Arbitrary<Answer> = fc.record({
    said: text,
    provider: fc.constantFrom(null, 'one', 'other'),
    model: fc.constantFrom('', 'small', 'large'),
    finishReason: fc.constantFrom(null, 'stop', 'length'),
    inputTokens: tokens,
    outputTokens: tokens,
    cached: fc.option(fc.record({ read: fc.nat(9), write: fc.nat(9) }), { freq: 8 }),
    toolCalls: fc.option(fc.constant([{ id: '1', name: 'look', arguments: '{}' }]), { freq: 8 }),
    native: fc.constant(null),
  });
  type Deed = readonly ['set' | 'get' | 'has' | 'delete' | 'flush', string, Answer];
  const deeds = (keys: readonly string[]): fc.Arbitrary<Deed[]> => {
    const what = fc.constantFrom(...(['set', 'set', 'set', 'get', 'get', 'has', 'delete', 'flush'] as const));
    return fc.array(fc.tuple(what, fc.constantFrom(...keys), some), { maxLength: 40 });
  };

  test('be it short or long, of whatever characters, and the least recently used leaves', () => {
    // Of two that are the same as UTF-8, and have the same hash therefore, the later one stays.
    const selector = (key: string) => key.toWellFormed();
    const keys = fc.uniqueArray(text, { minLength: 1, maxLength: 8, selector });
    const runs = keys.chain((all) => fc.tuple(fc.integer({ min: 1, max: 5 }), deeds(all)));
    fc.assert(
      fc.property(runs, ([capacity, all]) => {
        const cache = cacheOf(capacity);
        const model = new Map<string, Answer>();
        for (const [what, key, given] of all) {
          const known = model.get(key);
          if (what === 'set' || (what === 'get' && known !== undefined)) {
            model.delete(key);
            if (model.size === capacity) model.delete(model.keys().next().value!);
            model.set(key, what === 'set' ? given : known!);
          } else if (what === 'delete') model.delete(key);
          if (what === 'set') cache.set(key, given);
          else if (what === 'get') expect(cache.get(key)).toEqual(known);
          else if (what === 'has') expect(cache.has(key)).toBe(known !== undefined);
          else if (what === 'delete') cache.delete(key);
          else {
            expect(cache.flush()).toBe(model.size);
            model.clear();
          }
          expect(cache.size).toBe(model.size);
        }
        for (const [key, known] of model) expect(cache.get(key)).toEqual(known);
      }),
    );
  });

  test('of two keys that are the same as UTF-8 neither gets the answer to the other', () => {
    const cache = cacheOf(2);
    cache.set('a\ud800', answer('half a pair'));
    expect([cache.has('a\ufffd'), cache.has('a\udfff')]).toEqual([false, false]);
    cache.set('a\ufffd', answer('replaced'));
    expect([cache.get('a\ud800'), cache.get('a\ufffd')?.said]).toEqual([undefined, 'replaced']);
  });

  test('the answer alone is kept, and none of what else an object has', () => {
    const cache = cacheOf(2);
    const job = { ...answer('short'), request: 'large' };
    cache.set('a', job);
    cache.set('b', { ...job, said: 'long'.repeat(1000) });
    expect(cache.get('a')).toEqual(answer('short'));
    expect(cache.get('b')).toEqual(answer('long'.repeat(1000)));
  });
});

test('pairs that do not fit behind those that are there come back as they were', () => {
  const cache = cacheOf(200);
  const long = (i: number): string => `${i} ${'as long as it may be '.repeat(350)}`;
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 200; i++) {
      const key = i % 3 === 0 ? long(i) : `question ${i}`;
      cache.get(key);
      cache.set(key, answer(i % 2 === 0 ? long(i + round) : `answer ${i + round}`), 0, cache.ticket);
    }
    for (let i = 0; i < 200; i++) {
      const said = i % 2 === 0 ? long(i + round) : `answer ${i + round}`;
      expect(cache.get(i % 3 === 0 ? long(i) : `question ${i}`)?.said).toBe(said);
    }
  }
});
