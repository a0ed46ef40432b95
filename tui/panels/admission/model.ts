import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

export interface AdmissionModel {
  /** Null when the guard is off. */
  readonly guard: { readonly inspected: number; readonly blocked: number; readonly flagged: number } | null;
  /** Share of the period's tokens that is used or reserved; null without such a limit. */
  readonly budgetShare: number | null;
  readonly overBudget: number;
  /** Null when there are no rate limits. */
  readonly rates: { readonly limited: number; readonly waiting: number } | null;
}

/** What was checked at the entry; null when nothing is. */
export function admissionModel({ admission }: Snapshot): AdmissionModel | null {
  if (admission === undefined) return null;
  const { guard = null, budget, limits } = admission;
  const most = budget?.max_tokens_per_period ?? 0;
  return {
    guard: guard === null ? null : { inspected: guard.inspected, blocked: guard.blocked, flagged: guard.flagged },
    budgetShare: budget === undefined || most === 0 ? null : (budget.used + budget.reserved) / most,
    overBudget: budget?.refused ?? 0,
    rates: limits === undefined ? null : { limited: limits.limited, waiting: limits.waiting },
  };
}
