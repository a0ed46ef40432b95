import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from '../../src/primitives/token-bucket.ts';

test('begins full, and refills with time', () => {
  const bucket = new TokenBucket(2, 10, 0);
  expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, false]);
  expect(bucket.waitMs(0)).toBe(100);
  expect([bucket.take(99), bucket.take(100), bucket.take(100)]).toEqual([false, true, false]);
});

test('never holds more than its capacity', () => {
  const bucket = new TokenBucket(2, 10, 0);
  expect(bucket.level(1e12)).toBe(2);
});

test('several tokens at once are taken together or not at all', () => {
  const bucket = new TokenBucket(5, 1, 0);
  expect([bucket.take(0, 4), bucket.take(0, 2), bucket.take(0, 1)]).toEqual([true, false, true]);
  expect(bucket.waitMs(0, 6)).toBe(Number.POSITIVE_INFINITY);
});

test('a bucket without capacity or refill gives nothing, or nothing more', () => {
  expect(new TokenBucket(0, 100, 0).take(1e9)).toBe(false);
  const empty = new TokenBucket(1, 0, 0);
  expect([empty.take(0), empty.waitMs(1e9)]).toEqual([true, Number.POSITIVE_INFINITY]);
});

describe('promised tokens', () => {
  test('are handed out in order, as far ahead as asked for', () => {
    const bucket = new TokenBucket(1, 10, 0);
    expect([bucket.reserve(0, 250), bucket.reserve(0, 250), bucket.reserve(0, 250), bucket.reserve(0, 250)]).toEqual([
      0,
      100,
      200,
      null,
    ]);
    expect(bucket.level(0)).toBe(-2);
    expect(bucket.take(250)).toBe(false);
    expect(bucket.take(300)).toBe(true);
  });

  test('go back when nobody uses them', () => {
    const bucket = new TokenBucket(1, 10, 0);
    bucket.take(0);
    bucket.reserve(0, 1000);
    bucket.giveBack(2);
    expect(bucket.waitMs(0)).toBe(100);
    bucket.giveBack(1);
    expect(bucket.level(0)).toBe(1);
  });

  test('are lost when others were promised theirs since: nobody is given the time of another', () => {
    const bucket = new TokenBucket(1, 10, 0);
    const waits = [bucket.reserve(0, 1000), bucket.reserve(0, 1000), bucket.reserve(0, 1000)];
    bucket.giveBack(2);
    expect([...waits, bucket.reserve(0, 1000)]).toEqual([0, 100, 200, 300]);
  });
});

test('a clock that stands or steps back gives nothing', () => {
  const bucket = new TokenBucket(1, 1000, 5000);
  bucket.take(5000);
  expect([bucket.take(5000), bucket.take(0), bucket.take(5000)]).toEqual([false, false, false]);
});

test('in any stretch of time it grants its capacity and the refill of that stretch at most, and never less than a model', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.array(fc.record({ after: fc.integer({ min: 0, max: 500 }), asks: fc.integer({ min: 1, max: 5 }) })),
      (capacity, perSecond, steps) => {
        const bucket = new TokenBucket(capacity, perSecond, 0);
        const grants: number[] = [];
        // The model counts in thousandths of a token, so that it never rounds.
        let model = capacity * 1000;
        let now = 0;
        for (const { after, asks } of steps) {
          now += after;
          model = Math.min(model + after * perSecond, capacity * 1000);
          for (let i = 0; i < asks; i++) {
            const granted = bucket.take(now);
            expect(granted).toBe(model >= 1000);
            if (!granted) continue;
            model -= 1000;
            grants.push(now);
          }
        }
        for (const [from, start] of grants.entries()) {
          for (const [to, end] of grants.entries()) {
            if (to < from) continue;
            expect(to - from + 1).toBeLessThanOrEqual(capacity + ((end - start) * perSecond) / 1000 + 1e-6);
          }
        }
      },
    ),
  );
});
