import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../src/primitives/histogram.ts';

const HALF_A_MICROSECOND = 0.0005;

/** Milliseconds from nanoseconds to half an hour, each order of magnitude as likely. */
const milliseconds = fc.double({ min: -5, max: 6.3, noNaN: true }).map((exponent) => 10 ** exponent);
const quantile = fc.double({ min: 0, max: 1, noNaN: true });

const exactly = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1]!;

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

const close = (found: number, exact: number): void => {
  expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(0.008 * exact, HALF_A_MICROSECOND * 1.000001));
};

test('a quantile is off by less than 0.8 %, or by half a microsecond', () => {
  fc.assert(
    fc.property(fc.array(milliseconds, { minLength: 1, maxLength: 60 }), quantile, (values, q) => {
      const histogram = histogramOf(values);
      expect(histogram.count).toBe(values.length);
      close(histogram.quantile(q), exactly(values, q));
    }),
    { numRuns: 2000 },
  );
});

test('so is one of two histograms taken together', () => {
  const values = fc.array(milliseconds, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(values, values, quantile, (some, others, q) => {
      const both = Histogram.quantileOfAll([histogramOf(some), histogramOf(others)], q);
      close(both, exactly([...some, ...others], q));
    }),
  );
});

test('every number of microseconds finds its bucket', () => {
  for (let us = 0; us < 70_000; us++) {
    const histogram = histogramOf([us / 1000, 1e9]);
    close(histogram.quantile(0.5), us / 1000);
  }
});

test('what is too long counts as the longest, and nothing as less than nothing', () => {
  const histogram = histogramOf([-5, 1e12]);
  expect(histogram.count).toBe(2);
  expect(histogram.quantile(0)).toBe(0.00025);
  close(histogram.quantile(1), (2 ** 31 - 1) / 1000);
});

test('an empty one says 0, and a reset one is empty', () => {
  const histogram = histogramOf([]);
  expect(histogram.quantile(0.5)).toBe(0);
  histogram.record(7);
  histogram.reset();
  expect([histogram.count, histogram.quantile(1)]).toEqual([0, 0]);
});

test('what was measured is more than nothing, however short', () => {
  const histogram = new Histogram();
  histogram.record(0);
  histogram.record(0.0001);
  expect(histogram.quantile(0.5)).toBeGreaterThan(0);
  expect(histogram.quantile(0.5)).toBeLessThan(0.0005);
});
