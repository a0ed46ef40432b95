import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Semaphore } from '../../src/primitives/semaphore.ts';

test('grants places up to its limit, then in the order of waiting', () => {
  const semaphore = new Semaphore(1);
  const granted: string[] = [];
  expect([semaphore.take(), semaphore.take()]).toEqual([true, false]);
  semaphore.wait(() => granted.push('first'));
  const leave = semaphore.wait(() => granted.push('second'));
  semaphore.wait(() => granted.push('third'));
  leave();
  expect(granted).toEqual([]);
  semaphore.release();
  semaphore.release();
  expect(granted).toEqual(['first', 'third']);
  expect([semaphore.inUse, semaphore.waiting]).toEqual([1, 0]);
  semaphore.release();
  expect(semaphore.take()).toBe(true);
});

test('leaving after the place was granted changes nothing', () => {
  const semaphore = new Semaphore(1);
  semaphore.take();
  const leave = semaphore.wait(() => undefined);
  semaphore.release();
  leave();
  expect(semaphore.inUse).toBe(1);
});

test('whatever happens, no more than the limit are in, and nobody waits while there is room', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.constantFrom('come', 'go', 'give up')), (limit, steps) => {
      const semaphore = new Semaphore(limit);
      let inside = 0;
      const waiting: (() => void)[] = [];
      for (const step of steps) {
        if (step === 'come') {
          if (semaphore.take()) inside++;
          else {
            const entry = { leave: () => undefined as void };
            const leave = semaphore.wait(() => {
              inside++;
              waiting.splice(waiting.indexOf(entry.leave), 1);
            });
            entry.leave = leave;
            waiting.push(leave);
          }
        } else if (step === 'go' && inside > 0) {
          inside--;
          semaphore.release();
        } else if (step === 'give up') waiting.pop()?.();
        expect(inside).toBeLessThanOrEqual(limit);
        expect(semaphore.inUse).toBe(inside);
        expect(semaphore.waiting).toBe(waiting.length);
        if (inside < limit) expect(semaphore.waiting).toBe(0);
      }
    }),
  );
});
