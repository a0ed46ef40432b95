import { expect, test } from 'vitest';
import { NotingClock } from '../../src/core/noting-clock.ts';
import { ManualClock } from '../support/manual-clock.ts';

test('tells the time of the clock behind it, and remembers the latest look alone', () => {
  const behind = new ManualClock();
  const clock = new NotingClock(behind);
  const first = clock.now();
  behind.work(5);
  expect([clock.looks, clock.seenAt]).toEqual([1, first]);
  expect([clock.now(), clock.looks, clock.seenAt]).toEqual([first + 5, 2, first + 5]);
  expect(clock.wall()).toBe(behind.wall());
});

test('its timers are those of the clock behind it', () => {
  const behind = new ManualClock();
  const clock = new NotingClock(behind);
  const heard: string[] = [];
  clock.after(10, () => heard.push('late'));
  clock.after(20, () => heard.push('never')).cancel();
  behind.advance(30);
  expect(heard).toEqual(['late']);
});
