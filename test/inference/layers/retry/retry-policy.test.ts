import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode, OrchestratorError } from '../../../../src/core/errors.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import {
  backoffMs,
  decideRetry,
  LONGEST_RETRY_AFTER_MS,
  retryDelayMs,
} from '../../../../src/inference/layers/retry/retry-policy.ts';

const SETTINGS = { attempts: 3, baseMs: 100, maxMs: 5000 };
const LATEST = 1 - 2 ** -32;
const failed = (code: ErrorCode, more: object = {}) => ({
  error: new OrchestratorError(code, 'on purpose'),
  attempts: 1,
  spoke: false,
  now: 0,
  deadlineAt: Number.POSITIVE_INFINITY,
  ...more,
});

describe('whether to try again', () => {
  test.each(Object.keys(ERRORS) as ErrorCode[])('%s: as the table says', (code) => {
    const decision = decideRetry(failed(code), SETTINGS, () => 0);
    expect(decision.kind).toBe(ERRORS[code].action === 'retry' ? 'retry' : 'stop');
  });

  test.each([
    ['a token has arrived', { spoke: true }, 'spoke'],
    ['all attempts are used', { attempts: 3 }, 'attempts'],
    ['the deadline comes before the wait is over', { deadlineAt: 50 }, 'deadline'],
  ])('not when %s', (_when, more, why) => {
    expect(decideRetry(failed('provider_failed', more), SETTINGS, () => 0.5)).toEqual({ kind: 'stop', why });
  });

  test('while the deadline leaves time', () => {
    const decision = decideRetry(failed('provider_failed', { deadlineAt: 51 }), SETTINGS, () => 0.5);
    expect(decision).toEqual({ kind: 'retry', afterMs: 50 });
  });
});

describe('how long to wait', () => {
  test('up to the base, twice, four times … and never longer than the maximum', () => {
    expect([1, 2, 3, 6, 7, 60, 2000].map((attempts) => backoffMs(attempts, SETTINGS))).toEqual([
      ...[100, 200, 400, 3200],
      ...[5000, 5000, 5000],
    ]);
  });

  test('full jitter: anything between nothing and that, evenly', () => {
    const random = seededRandom(7);
    const waits = Array.from({ length: 4000 }, () => retryDelayMs(3, undefined, SETTINGS, random));
    const quarters = [0, 1, 2, 3].map((at) => waits.filter((ms) => Math.floor(ms / 100) === at).length);
    for (const share of quarters) expect(Math.abs(share - 1000)).toBeLessThan(120);
  });

  test('what the provider asks for is the least, up to a cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 3_600_000 }),
        fc.double({ min: 0, max: LATEST, noNaN: true }),
        (attempts, asked, drawn) => {
          const waited = retryDelayMs(attempts, asked, SETTINGS, () => drawn);
          const least = Math.min(asked, LONGEST_RETRY_AFTER_MS);
          expect(waited).toBeGreaterThanOrEqual(least);
          expect(waited).toBeLessThanOrEqual(least + SETTINGS.maxMs);
        },
      ),
    );
  });

  test('those who were told the same time do not come back together', () => {
    const random = seededRandom(3);
    const waits = Array.from({ length: 50 }, () => Math.round(retryDelayMs(1, 2000, SETTINGS, random)));
    expect(new Set(waits).size).toBeGreaterThan(25);
  });
});
