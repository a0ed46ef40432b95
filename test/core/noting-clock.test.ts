import { expect, test } from 'vitest';
import { NotingClock } from '../../src/core/noting-clock.ts';
import { ManualClock } from '../support/manual-clock.ts';

test('tells the time of the clock behind it', () => {
  const behind = new ManualClock();
  const clock = new NotingClock(behind);
  const first = clock.now();
  behind.work(5);
  expect([clock.now(), clock.recent(), clock.wall()]).toEqual([first + 5, first + 5, behind.wall()]);
});

test('a recent time is that of the latest look while a turn of the loop goes on, and a look of its own afterwards', () => {
  const behind = new ManualClock();
  const clock = new NotingClock(behind);
  const turns: string[] = [];
  clock.nextTurn(() => turns.push('one'));
  const began = behind.now();
  behind.work(5);
  expect(clock.recent()).toBe(began);
  expect([clock.now(), clock.recent()]).toEqual([began + 5, began + 5]);
  behind.work(2);
  clock.nextTurn(() => turns.push('other'));
  behind.work(3);
  expect(clock.recent()).toBe(began + 7);
  behind.advance(0);
  expect([turns, clock.recent()]).toEqual([['one', 'other'], began + 10]);
});

test('one that takes notes already is used as it is', () => {
  const clock = new NotingClock(new ManualClock());
  expect(NotingClock.of(clock)).toBe(clock);
  expect(NotingClock.of(new ManualClock())).not.toBe(clock);
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
