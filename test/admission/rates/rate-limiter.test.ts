import { expect, test } from 'vitest';
import { RateLimiter, type RateSubject } from '../../../src/admission/rates/rate-limiter.ts';

test('a burst comes in at once, the rest at the rate; a refusal says which limit it was and when it resets', () => {
  const limiter = new RateLimiter({ overall: { perS: 10, burst: 2 } }, 0);
  expect([0, 0, 0].map((now) => limiter.tryAcquire(now, {})?.limit)).toEqual([
    undefined,
    undefined,
    'requests_per_second',
  ]);
  expect(limiter.tryAcquire(0, {})).toMatchObject({ retryAfterMs: 100, perS: 10 });
  expect(limiter.tryAcquire(100, {})).toBeNull();
});

test('a request takes a token of each limit or of none', () => {
  const limiter = new RateLimiter({ overall: { perS: 1, burst: 5 }, models: { big: { perS: 1 } } }, 0);
  expect(limiter.tryAcquire(0, { model: 'big' })).toBeNull();
  expect(limiter.tryAcquire(0, { model: 'big' })).toMatchObject({ limit: 'per_model', subject: 'big' });
  expect(limiter.level(0, {}).requests_per_second).toEqual({ remaining: 4, capacity: 5 });
  expect(limiter.tryAcquire(0, { model: 'other' })).toBeNull();
});

test('sessions of different tenants with the same name are different sessions', () => {
  const limiter = new RateLimiter({ session: { perS: 1 }, tenant: { perS: 2 } }, 0);
  expect(limiter.tryAcquire(0, { tenant: 'a', session: 's' })).toBeNull();
  expect(limiter.tryAcquire(0, { tenant: 'b', session: 's' })).toBeNull();
  expect(limiter.tryAcquire(0, { tenant: 'a', session: 's' })).toMatchObject({ limit: 'per_session', subject: 's' });
  expect(limiter.tryAcquire(0, { tenant: 'a', session: 't' })).toBeNull();
  expect(limiter.tryAcquire(0, { tenant: 'a', session: 'u' })).toMatchObject({ limit: 'per_tenant', subject: 'a' });
});

test('who waits gets the next place, in order, unless that is too late; a place given back is free', () => {
  const limiter = new RateLimiter({ overall: { perS: 10, burst: 1 } }, 0);
  const places = [0, 0, 0].map((now) => limiter.reserve(now, {}, 1000));
  expect(places.map((place) => ('limit' in place ? place.limit : place.waitMs))).toEqual([0, 100, 200]);
  expect(limiter.reserve(0, {}, 250)).toMatchObject({ limit: 'requests_per_second', retryAfterMs: 300 });
  const [, , third] = places;
  if (third !== undefined && !('limit' in third)) third.giveBack();
  expect(limiter.reserve(0, {}, 250)).toMatchObject({ waitMs: 200 });
  expect(limiter.allowed).toBe(3);
});

test('without a limit that applies, or with room in each, a request is let in and counted', () => {
  expect(counted(new RateLimiter({}, 0), {})).toBe(2);
  expect(counted(new RateLimiter({ overall: { perS: 2 } }, 0), {})).toBe(2);
  expect(counted(new RateLimiter({ models: { big: { perS: 2 } } }, 0), { model: 'small' })).toBe(2);
  const everywhere = { overall: { perS: 2 }, models: { big: { perS: 2 } }, session: { perS: 2 }, tenant: { perS: 2 } };
  expect(counted(new RateLimiter(everywhere, 0), { model: 'big', session: 's', tenant: 't' })).toBe(2);
});

/** How many of two requests come in. */
function counted(limiter: RateLimiter, subject: RateSubject): number {
  for (let request = 0; request < 2; request++) expect(limiter.pass(0, subject)).toBe(true);
  return limiter.allowed;
}

test.each(['overall', 'model', 'session', 'tenant'] as const)(
  'without room in %s it takes nothing of the others',
  (full) => {
    const rate = (name: string) => ({ perS: name === full ? 1 : 5 });
    const limiter = new RateLimiter(
      { overall: rate('overall'), models: { big: rate('model') }, session: rate('session'), tenant: rate('tenant') },
      0,
    );
    const subject = { model: 'big', session: 's', tenant: 't' };
    const left = () => Object.values(limiter.level(0, subject)).map(({ remaining }) => remaining);
    expect(limiter.pass(0, subject)).toBe(true);
    const before = left();
    expect(before.toSorted()).toEqual([0, 4, 4, 4]);
    expect(limiter.pass(0, subject)).toBe(false);
    expect([left(), limiter.allowed]).toEqual([before, 1]);
  },
);
