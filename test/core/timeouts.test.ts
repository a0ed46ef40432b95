import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Timeouts } from '../../src/core/timeouts.ts';
import { ManualClock } from '../support/manual-clock.ts';

function timeouts() {
  const clock = new ManualClock();
  const fired: { item: string; at: number }[] = [];
  const all = new Timeouts<string>(clock, (item) => fired.push({ item, at: clock.now() }));
  return { clock, fired, all };
}

test('fire after their time, not before it and not much later', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.double({ min: 0, max: 9000, noNaN: true })), {
        maxLength: 30,
      }),
      (script) => {
        const { clock, fired, all } = timeouts();
        const due = new Map<string, number>();
        for (const [index, [pause, delay]] of script.entries()) {
          clock.advance(pause);
          all.add(`${index}`, clock.now() + delay);
          due.set(`${index}`, clock.now() + delay);
        }
        clock.advance(10_000);
        expect(fired.map(({ item }) => item).sort()).toEqual([...due.keys()].sort());
        for (const { item, at } of fired) {
          expect(at).toBeGreaterThanOrEqual(due.get(item)!);
          expect(at).toBeLessThanOrEqual(due.get(item)! + 16);
        }
      },
    ),
  );
});

test('one that was taken back does not fire, and nothing keeps ticking', () => {
  const { clock, fired, all } = timeouts();
  const ticket = all.add('a', 100);
  all.add('b', 50);
  clock.advance(60);
  all.delete('a', ticket);
  expect(clock.waiting).toBe(0);
  all.delete('a', ticket);
  clock.advance(1000);
  expect(fired.map(({ item }) => item)).toEqual(['b']);
});

test('one may set the next', () => {
  const clock = new ManualClock();
  let left = 5;
  const all: Timeouts<string> = new Timeouts(clock, (item) => {
    if (--left > 0) all.add(item, clock.now() + 20);
  });
  all.add('again', 20);
  clock.advance(1000);
  expect([left, all.size, clock.waiting]).toEqual([0, 0, 0]);
});

test('far ones are not cut short', () => {
  const { clock, fired, all } = timeouts();
  const year = 365 * 24 * 3600 * 1000;
  all.add('next year', year);
  clock.advance(10_000);
  expect(fired).toEqual([]);
  expect(all.size).toBe(1);
});
