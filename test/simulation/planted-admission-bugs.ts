import { BudgetGate } from '../../src/admission/budget/budget-gate.ts';
import { TokenBudget } from '../../src/admission/budget/token-budget.ts';
import { Ledger } from '../../src/admission/spend/ledger.ts';
import { SpendGate } from '../../src/admission/spend/spend-gate.ts';
import type { Job } from '../../src/core/job.ts';
import { type PlantedBug, replace } from './planted-bug.ts';

/** Bugs in what decides who gets in, and in the books. */
export const ADMISSION_BUGS: readonly PlantedBug[] = [
  {
    name: 'what a cancelled request had reserved stays reserved',
    foundBy: ['ledger'],
    plant: () =>
      replace<BudgetGate, [Job]>(BudgetGate, 'settle', (_self, [job], original) => {
        if (job.ended !== 'cancelled') original();
      }),
  },
  {
    name: 'the money that an expired request had reserved is given back twice',
    foundBy: ['ledger'],
    plant: () =>
      replace<SpendGate, [Job]>(SpendGate, 'settle', (self, [job], original) => {
        const before = self.reserved;
        original();
        if (job.ended === 'expired') self.reserved -= before - self.reserved;
      }),
  },
  {
    name: 'an attempt is booked and not paid for',
    foundBy: ['ledger'],
    plant: () =>
      replace<Ledger, []>(Ledger, 'book', (self, _args, original) => {
        const { total } = self;
        original();
        if (self.unpriced === 0 && total > 0n) self.total = total;
      }),
  },
  {
    name: 'a budget counts what was used, and not what is on its way',
    foundBy: ['caps'],
    plant: () =>
      replace<{ reserved: number }, [number, number]>(TokenBudget, 'judge', (self, _args, original) => {
        const { reserved } = self;
        self.reserved = 0;
        const decision = original();
        self.reserved = reserved;
        return decision;
      }),
  },
  {
    name: 'a spend limit counts what was spent, and not what is on its way',
    foundBy: ['caps'],
    plant: () =>
      replace<{ reserved: bigint }, [object]>(SpendGate, 'judge', (self, _args, original) => {
        const { reserved } = self;
        self.reserved = 0n;
        const decision = original();
        self.reserved = reserved;
        return decision;
      }),
  },
];
