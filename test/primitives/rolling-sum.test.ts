import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollingSum } from '../../src/primitives/rolling-sum.ts';

test('what was added counts until the window has passed, and not for ever', () => {
  const sum = new RollingSum(60_000);
  sum.add(0, 5);
  sum.add(30_000, 7);
  expect(sum.total(59_999)).toBe(12);
  expect(sum.total(61_000)).toBe(7);
  expect(sum.total(10_000_000)).toBe(0);
});

test('the wait is as long as it takes until enough has left', () => {
  const sum = new RollingSum(60_000);
  sum.add(500, 5);
  sum.add(10_000, 7);
  expect(sum.waitMs(10_000, 12)).toBe(0);
  const [some, all] = [7, 0].map((left) => 10_000 + sum.waitMs(10_000, left));
  expect([some! - 1, some!, all! - 1, all!].map((now) => sum.total(now))).toEqual([12, 7, 7, 0]);
});

test('never less than what was added within the window, never more than a sixtieth of it older', () => {
  const steps = fc.array(fc.record({ ms: fc.nat(400), amount: fc.nat(50) }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (added) => {
      const sum = new RollingSum(600);
      const seen: { at: number; amount: number }[] = [];
      let now = 0;
      for (const { ms, amount } of added) {
        now += ms;
        sum.add(now, amount);
        seen.push({ at: now, amount });
        const within = (windowMs: number): number =>
          seen.filter(({ at }) => at > now - windowMs).reduce((total, one) => total + one.amount, 0);
        expect(sum.total(now)).toBeGreaterThanOrEqual(within(600));
        expect(sum.total(now)).toBeLessThanOrEqual(within(611));
      }
    }),
  );
});
