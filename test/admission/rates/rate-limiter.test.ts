import { expect, test } from 'vitest';
import { RateLimiter } from '../../../src/admission/rates/rate-limiter.ts';

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
