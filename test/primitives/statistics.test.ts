import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastSquaresSlope, median, quantile } from '../../src/primitives/statistics.ts';

const numbers = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 50 });

describe('median', () => {
  test('is the middle of an odd number of values, whatever their order', () => expect(median([9, 1, 5])).toBe(5));
  test('lies between the two middle ones of an even number', () => expect(median([4, 1, 3, 2])).toBe(2.5));
  test('sorts numbers as numbers', () => expect(median([10, 9, 100])).toBe(10));
  test('of nothing is not a number', () => expect(median([])).toBeNaN());
  test('leaves its values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('quantile', () => {
  test('0 and 1 are the ends', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        // 0 and -0 are the same number here.
        expect(quantile(values, 0) + 0).toBe(values.reduce((a, b) => Math.min(a, b)) + 0);
        expect(quantile(values, 1) + 0).toBe(values.reduce((a, b) => Math.max(a, b)) + 0);
      }),
    );
  });
  test('interpolates between neighbours', () => expect(quantile([0, 10, 20, 30], 0.25)).toBe(7.5));
  test('never falls as the share grows', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(numbers, share, share, (values, a, b) => {
        expect(quantile(values, Math.max(a, b))).toBeGreaterThanOrEqual(quantile(values, Math.min(a, b)) - 1e-6);
      }),
    );
  });
  test('a share outside 0…1 is its nearest end', () => {
    expect(quantile([1, 2], -1)).toBe(1);
    expect(quantile([1, 2], 7)).toBe(2);
  });
});

describe('leastSquaresSlope', () => {
  test('of points on a line is that of the line', () => {
    const slope = fc.integer({ min: -100, max: 100 });
    fc.assert(
      fc.property(slope, slope, (rise, from) => {
        const points = [-3, 0, 1, 8].map((x) => [x, from + rise * x] as const);
        expect(leastSquaresSlope(points)).toBeCloseTo(rise, 9);
      }),
    );
  });
  test('fits between points that lie on no line', () => {
    expect(
      leastSquaresSlope([
        [0, 0],
        [1, 2],
        [2, 1],
      ]),
    ).toBeCloseTo(0.5, 12);
  });
  test('needs two different places', () => {
    expect(leastSquaresSlope([[1, 1]])).toBeNaN();
    expect(
      leastSquaresSlope([
        [1, 1],
        [1, 2],
      ]),
    ).toBeNaN();
  });
});
