import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SessionBudgets } from '../../../src/admission/budget/session-budget.ts';
import { TokenBudget } from '../../../src/admission/budget/token-budget.ts';

test('one request is measured by itself', () => {
  const budget = new TokenBudget({ maxPerRequest: 10 });
  expect(budget.reserve(0, 10)).toEqual({ kind: 'reserved' });
  expect(budget.reserve(0, 11)).toEqual({ kind: 'refused', limit: 'request' });
  expect(budget.reserved).toBe(10);
});

test('what is on its way counts, what was not used comes back, and the period says when there is room', () => {
  const budget = new TokenBudget({ maxPerPeriod: 100, periodMs: 60_000 });
  budget.reserve(0, 60);
  expect(budget.reserve(0, 60)).toMatchObject({ kind: 'refused', limit: 'period' });
  budget.settle(0, 60, 30);
  expect(budget.usedTokens(0)).toBe(30);
  expect(budget.reserve(0, 60)).toEqual({ kind: 'reserved' });
  budget.settle(0, 60, 60);
  const refused = budget.reserve(1000, 50);
  expect(refused).toMatchObject({ kind: 'refused', limit: 'period' });
  const { retryAfterMs } = refused as { retryAfterMs: number };
  expect(budget.reserve(1000 + retryAfterMs - 1, 50)).toMatchObject({ kind: 'refused' });
  expect(budget.reserve(1000 + retryAfterMs, 50)).toEqual({ kind: 'reserved' });
});

test('what is larger than the period allows is not told to come again', () => {
  expect(new TokenBudget({ maxPerPeriod: 10 }).reserve(0, 11)).toEqual({
    kind: 'refused',
    limit: 'period',
    retryAfterMs: undefined,
  });
});

test('any number of requests at the same time stay within the period while their estimates hold', () => {
  const deed = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), estimate: fc.nat(40) }),
    fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(100),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(300) }),
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 150 }), (deeds) => {
      const budget = new TokenBudget({ maxPerPeriod: 100, periodMs: 1000 });
      const open: number[] = [];
      let now = 0;
      for (const one of deeds) {
        if (one.do === 'wait') now += one.ms;
        else if (one.do === 'ask') {
          if (budget.reserve(now, one.estimate).kind === 'reserved') open.push(one.estimate);
        } else if (open.length > 0) {
          const [estimate] = open.splice(one.which % open.length, 1);
          budget.settle(now, estimate!, Math.floor(estimate! * one.share));
        }
        expect(budget.usedTokens(now) + budget.reserved).toBeLessThanOrEqual(100);
        expect(budget.reserved).toBe(open.reduce((sum, estimate) => sum + estimate, 0));
      }
    }),
  );
});

test('sessions are told apart, and the one not used for longest begins anew', () => {
  const sessions = new SessionBudgets({ hard: 10 }, 2);
  expect(sessions.of('a').reserve(8)).toBe(true);
  expect(sessions.of('a').reserve(3)).toBe(false);
  expect(sessions.of('b').reserve(3)).toBe(true);
  sessions.of('a').settle(8, 10);
  expect(sessions.of('a').standing).toBe('exhausted');
  sessions.of('c');
  expect(sessions.size).toBe(2);
  expect(sessions.of('a').used).toBe(10);
  expect(sessions.of('b').reserved).toBe(0);
});
