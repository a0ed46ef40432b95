import type { AggregatorStats } from '../../../src/conversation/stream-aggregator.ts';
import { count } from '../../components/numbers.ts';
import { type Line, span, wrapped } from '../../text.ts';

/** Who follows, what they were sent, and who was too slow. */
export function streamsView(stats: AggregatorStats, width: number, height: number): readonly Line[] {
  const { active, completed, pieces, subscribers, dropped } = stats;
  const parts = [
    span(`${count(subscribers)} follow`),
    span(`${count(active)} open`),
    span(`${count(completed)} complete`),
    ...(dropped > 0 ? [span(`${count(dropped)} too slow`, 'warning')] : []),
    span(`${count(pieces)} pieces`, 'faint'),
  ];
  return wrapped(parts, width, ' · ').slice(0, height);
}
