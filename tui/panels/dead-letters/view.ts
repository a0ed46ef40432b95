import { count } from '../../components/numbers.ts';
import { type Line, span } from '../../text.ts';
import type { DeadLettersModel } from './model.ts';

/** Where they are, and then why they are there: a reason a line, or all in the last one. */
export function deadLettersView(model: DeadLettersModel, width: number, height: number): readonly Line[] {
  const { depth, capacity, stored } = model;
  const all = `${count(stored)} kept`;
  const ring = `, ${count(depth)}/${count(capacity)} in memory`;
  const kept: Line = [
    span(all, stored > 0 ? 'warning' : 'plain'),
    span(all.length + ring.length <= width ? ring : '', 'faint'),
  ];
  const why = detailsOf(model);
  if (why.length < height) return [kept, ...why.map((text): Line => [span(text)])];
  return [kept, [span(why.join(', '))]];
}

/** Why they are there, and what became of them since. */
export function detailsOf({ reasons, replayed, replaying }: DeadLettersModel): readonly string[] {
  return [
    ...reasons.map(({ reason, times }) => `${count(times)} ${reason}`),
    ...(replayed > 0 ? [`${count(replayed)} answered since`] : []),
    ...(replaying > 0 ? [`${count(replaying)} being sent again`] : []),
  ];
}
