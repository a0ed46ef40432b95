import type { PoolPicture } from '../../../src/inference/pool/pool.ts';
import { count, plural } from '../../components/numbers.ts';
import { type Line, span } from '../../text.ts';

/** How many workers there are, within which bounds, and what that is based on. */
export function poolView({ workers, min, max, changes, advice }: PoolPicture, _width: number, height: number) {
  const lines: readonly Line[] = [
    [
      span(`${count(workers)} of ${count(min)} to ${count(max)}`, workers === max ? 'warning' : 'plain'),
      span(`, ${plural(changes, 'change')}`),
    ],
    [span(advice === '' ? 'nothing observed yet' : advice, 'faint')],
  ];
  return lines.slice(0, height);
}
