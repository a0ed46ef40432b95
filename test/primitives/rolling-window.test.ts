import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollingWindow } from '../../src/primitives/rolling-window.ts';

test('nothing is known of nothing', () => {
  expect(new RollingWindow(3).quantile(0.5)).toBeNaN();
});

test('however often somebody asks between values, the quantiles are those of the last ones', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0, 1, 2)), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), steps, (capacity, values) => {
      const window = new RollingWindow(capacity);
      const all: number[] = [];
      for (const [value, asked] of values) {
        window.record(value);
        all.push(value);
        const last = all.slice(-capacity).toSorted((a, b) => a - b);
        expect(window.count).toBe(last.length);
        for (let i = 0; i < asked; i++) {
          for (const q of [0, 0.5, 0.95, 1]) {
            expect(window.quantile(q)).toBe(last[Math.max(Math.ceil(q * last.length), 1) - 1]);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});
