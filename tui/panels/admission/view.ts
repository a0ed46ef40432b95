import { gauge } from '../../components/bars.ts';
import { count, loadRole } from '../../components/numbers.ts';
import { type Line, type Span, span } from '../../text.ts';
import type { AdmissionModel } from './model.ts';

/** A line each for the guard, the token budget and the rate limits. */
export function admissionView(model: AdmissionModel, _width: number, height: number): readonly Line[] {
  return lines(model).slice(0, height);
}

export const admissionHeight = (model: AdmissionModel): number => Math.max(lines(model).length, 1);

function lines({ guard, budgetShare, overBudget, rates }: AdmissionModel): readonly Line[] {
  return [
    ...(guard === null
      ? []
      : [
          [
            span('guard   '),
            span(`${count(guard.inspected)} seen`, 'faint'),
            ...noted(guard.flagged, 'marked', 'warning'),
            ...noted(guard.blocked, 'blocked', 'bad'),
          ],
        ]),
    ...(budgetShare === null && overBudget === 0
      ? []
      : [
          [
            span('budget  '),
            ...(budgetShare === null
              ? []
              : [span(`${Math.round(budgetShare * 100)}% ${gauge(budgetShare)}`, loadRole(budgetShare))]),
            ...noted(overBudget, 'over', 'warning'),
          ],
        ]),
    ...(rates === null
      ? []
      : [
          [
            span('limits  '),
            span(`${count(rates.limited)} limited`, rates.limited > 0 ? 'warning' : 'faint'),
            ...noted(rates.waiting, 'waiting', 'plain'),
          ],
        ]),
  ];
}

const noted = (times: number, what: string, role: Span['role']): readonly Span[] =>
  times === 0 ? [] : [span('  '), span(`${count(times)} ${what}`, role)];
