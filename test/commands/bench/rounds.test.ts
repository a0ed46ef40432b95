import { expect, test } from 'vitest';
import { countedRounds, timedRounds } from '../../../commands/bench/rounds.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('so many rounds, or as many as begin in time, and one in any case', () => {
  expect([...countedRounds(2)]).toEqual(['round 1 of 2', 'round 2 of 2']);
  const clock = new ManualClock();
  const told: string[] = [];
  for (const round of timedRounds(clock, 10_000)) {
    told.push(round);
    clock.advance(4000);
  }
  expect(told).toEqual(['round 1, 10 s left', 'round 2, 6 s left', 'round 3, 2 s left']);
  expect([...timedRounds(clock, 0)]).toHaveLength(1);
});
