import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fingerprint, hammingDistance } from '../../../src/primitives/simhash.ts';
import { Neighbours } from '../../../src/reuse/near/neighbours.ts';

const BITS = 3;
const print = (low: number): Fingerprint => ({ high: 0x1234, low });
const found = (neighbours: Neighbours, about: number, low: number): readonly number[] => {
  const slots = new Set<number>();
  neighbours.find(about, print(low), BITS, (slot) => {
    slots.add(slot);
    return false;
  });
  return [...slots].sort((a, b) => a - b);
};

test('only what is about the same is found, be it alone or one of several', () => {
  const neighbours = new Neighbours(4);
  expect(neighbours.has(7)).toBe(false);
  neighbours.add(0, 7, print(0));
  expect(neighbours.has(7)).toBe(true);
  expect(found(neighbours, 7, 1)).toEqual([0]);
  expect(found(neighbours, 8, 1)).toEqual([]);
  expect(found(neighbours, 7, 0xff)).toEqual([]);
  neighbours.add(1, 7, print(3));
  expect(found(neighbours, 7, 1)).toEqual([0, 1]);
  neighbours.delete(0);
  expect(found(neighbours, 7, 1)).toEqual([1]);
  neighbours.delete(1);
  expect(neighbours.has(7)).toBe(false);
  neighbours.add(2, 7, print(0));
  expect(found(neighbours, 7, 0)).toEqual([2]);
});

test('one that is accepted is the one that is returned', () => {
  const neighbours = new Neighbours(2);
  neighbours.add(1, 7, print(0));
  expect(neighbours.find(7, print(0), BITS, () => true)).toBe(1);
  expect(neighbours.find(7, print(0), BITS, () => false)).toBe(-1);
  neighbours.add(0, 7, print(64));
  expect(neighbours.find(7, print(0), BITS, (slot) => slot === 0)).toBe(0);
  expect(neighbours.find(9, print(0), BITS, () => true)).toBe(-1);
});

test('whatever comes and goes, all that are near and about the same are found', () => {
  const step = fc.record({ slot: fc.nat(7), about: fc.nat(2), low: fc.integer({ min: 0, max: 31 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const neighbours = new Neighbours(8);
      const known = new Map<number, { about: number; low: number }>();
      for (const { slot, about, low } of steps) {
        if (known.delete(slot)) neighbours.delete(slot);
        else {
          known.set(slot, { about, low });
          neighbours.add(slot, about, print(low));
        }
        const expected = [...known].filter(
          ([, one]) => one.about === about && hammingDistance(print(one.low), print(low)) <= BITS,
        );
        const slots = found(neighbours, about, low);
        for (const [near] of expected) expect(slots).toContain(near);
        for (const near of slots)
          expect(hammingDistance(print(known.get(near)!.low), print(low))).toBeLessThanOrEqual(BITS);
      }
    }),
  );
});
