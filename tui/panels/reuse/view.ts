import { count } from '../../components/numbers.ts';
import { table } from '../../components/table.ts';
import { type Line, span } from '../../text.ts';
import type { ReuseModel } from './model.ts';

/** Each way with its share of all requests, and then what it saved. */
export function reuseView(model: ReuseModel, width: number, height: number): readonly Line[] {
  const { ways, entries, capacity, followers, avoided_calls, avoided_tokens } = model;
  if (height < ways.length) {
    return [[span(ways.map(({ name, times }) => `${name} ${count(times)}`).join(' · '))]];
  }
  const lines = table(
    [
      { cells: ways.map(({ name }) => name) },
      { align: 'right', cells: ways.map(({ share }) => `${(100 * share).toFixed(1)}%`) },
      { align: 'right', cells: ways.map(({ times }) => count(times)), rank: 1 },
    ],
    width,
  );
  return [
    ...lines,
    [span(`saved ${count(avoided_calls)} calls, ${count(avoided_tokens)} tokens`)],
    [span(`${count(entries)}/${count(capacity)} kept · ${count(followers)} follow`, 'faint')],
  ].slice(0, height);
}
