import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RetryBudget } from '../../../../src/inference/layers/retry/retry-budget.ts';

/** Withdraws until it is empty. */
function empty(budget: RetryBudget): number {
  let taken = 0;
  while (budget.withdraw()) taken++;
  return taken;
}

test('a process begins with ten retries', () => {
  expect(empty(new RetryBudget())).toBe(10);
});

test('when nothing is answered, one call in ten may be tried again', () => {
  const budget = new RetryBudget();
  empty(budget);
  budget.failed += 100;
  expect(empty(budget)).toBe(10);
});

test('each answered call allows half a retry more', () => {
  const budget = new RetryBudget();
  empty(budget);
  budget.answered += 100;
  expect(empty(budget)).toBe(60);
});

test('it saves up a hundred, and no more', () => {
  const budget = new RetryBudget();
  budget.answered += 1_000_000;
  expect(empty(budget)).toBe(100);
});

test('when everything fails, a thousand calls and more never cost over 1.2 attempts each, whatever was before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 1000, max: 5000 }),
      fc.integer({ min: 1, max: 20 }),
      (before, calls, retries) => {
        const budget = new RetryBudget();
        budget.answered += before;
        let attempts = 0;
        for (let call = 0; call < calls; call++) {
          attempts++;
          budget.failed++;
          for (let retry = 0; retry < retries && budget.withdraw(); retry++) attempts++;
        }
        expect(attempts / calls).toBeLessThanOrEqual(1.2);
      },
    ),
  );
});
