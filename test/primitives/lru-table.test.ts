import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LruTable } from '../../src/primitives/lru-table.ts';

test('a hash keeps its slot, and the slot of the one used longest ago goes to the next', () => {
  const table = new LruTable(3);
  const [a, b, c] = [table.insert(7), table.insert(8), table.insert(9)];
  expect(new Set([a, b, c])).toEqual(new Set([0, 1, 2]));
  table.touch(a!);
  expect(table.insert(10)).toBe(b);
  expect([7, 8, 9, 10].map((hash) => table.find(hash))).toEqual([a, -1, c, b]);
  expect(table.size).toBe(3);
});

test('a slot that was freed is used before anybody has to leave', () => {
  const table = new LruTable(3);
  const [, b] = [table.insert(1), table.insert(2), table.insert(3)];
  table.remove(b!);
  expect(table.size).toBe(2);
  expect(table.insert(4)).toBe(b);
  expect(table.find(1)).not.toBe(-1);
});

test('one slot is enough', () => {
  const table = new LruTable(1);
  expect([table.insert(5), table.insert(6), table.find(5), table.find(6)]).toEqual([0, 0, -1, 0]);
  table.touch(0);
  table.remove(0);
  expect([table.size, table.find(6), table.insert(5)]).toEqual([0, -1, 0]);
});

test('a bucket may have all slots, and none again', () => {
  const table = new LruTable(40);
  const hashes = Array.from({ length: 40 }, (_, at) => at * 2 ** 20);
  for (let round = 0; round < 2; round++) {
    const slots = hashes.map((hash) => table.insert(hash));
    expect(hashes.map((hash) => table.find(hash))).toEqual(slots);
    for (const slot of slots) table.remove(slot);
    expect([table.size, ...hashes.map((hash) => table.find(hash))]).toEqual([0, ...hashes.map(() => -1)]);
  }
});

type Deed = readonly ['use' | 'remove' | 'clear', number];

test('does what a map in order of use would, also where all hashes want the same place', () => {
  // Multiples of a large power of two share their low bits.
  const hash = fc.oneof(
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: 0, max: 30 }).map((n) => n * 2 ** 20),
  );
  const deed: fc.Arbitrary<Deed> = fc.oneof(
    { weight: 20, arbitrary: fc.tuple(fc.constant('use'), hash) },
    { weight: 6, arbitrary: fc.tuple(fc.constant('remove'), hash) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('clear'), fc.constant(0)) },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(deed, { maxLength: 120 }), (capacity, deeds) => {
      const table = new LruTable(capacity);
      const model = new Map<number, number>();
      for (const [what, of] of deeds) {
        const slot = table.find(of);
        expect(slot).toBe(model.get(of) ?? -1);
        if (what === 'clear') {
          table.clear();
          model.clear();
        } else if (what === 'remove') {
          if (slot >= 0) table.remove(slot);
          model.delete(of);
        } else {
          if (slot >= 0) table.touch(slot);
          else if (model.size === capacity) model.delete(model.keys().next().value!);
          const now = slot >= 0 ? slot : table.insert(of);
          expect([...model].filter(([other, where]) => other !== of && where === now)).toEqual([]);
          model.delete(of);
          model.set(of, now);
        }
        expect(table.size).toBe(model.size);
      }
      for (const [of, where] of model) expect(table.find(of)).toBe(where);
    }),
  );
});
