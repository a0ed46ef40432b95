import { expect, test } from 'vitest';
import { Slice } from '../../src/pipeline/slice.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Which of so many ticks, `apartMs` from one to the next, are samples. */
function samples(ticks: number, apartMs: number): readonly number[] {
  const clock = new ManualClock();
  const slice = new Slice(
    clock,
    1,
    () => undefined,
    () => undefined,
  );
  const found: number[] = [];
  for (let tick = 1; tick <= ticks; tick++) {
    clock.work(apartMs);
    if (slice.tick()) found.push(tick);
  }
  return found;
}

test('of requests that take their time one in eight ticks is timed', () => {
  expect(samples(32, 0.25)).toEqual([8, 16, 24, 32]);
});

test('of light ones it is fewer: no two within a millisecond', () => {
  expect(samples(100, 1 / 32)).toEqual([8, 40, 72]);
});
