import { count } from '../../components/numbers.ts';
import { type Line, span } from '../../text.ts';
import type { DeadLettersModel } from './model.ts';

/** Below this only what is kept altogether is told. */
const IN_MEMORY_WIDTH = 26;

/** Where they are, and then why they are there: a reason a line, or all in the last one. */
export function deadLettersView(model: DeadLettersModel, width: number, height: number): readonly Line[] {
  const { depth, capacity, stored, reasons } = model;
  const kept: Line = [
    span(`${count(stored)} kept`, stored > 0 ? 'warning' : 'plain'),
    span(width < IN_MEMORY_WIDTH ? '' : `, ${count(depth)}/${count(capacity)} in memory`, 'faint'),
  ];
  const why = reasons.map(({ reason, times }) => `${count(times)} ${reason}`);
  if (why.length < height) return [kept, ...why.map((text): Line => [span(text)])];
  return [kept, [span(why.join(', '))]];
}
