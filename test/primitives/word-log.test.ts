import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WordLog } from '../../src/primitives/word-log.ts';

const SLOTS = 6;
const CHUNK = 2 ** 14;

function write(log: WordLog, slot: number, size: number, value: number): void {
  const at = log.make(slot, size);
  log.words.fill(value, at, at + size);
}

function read(log: WordLog, slot: number, size: number): readonly number[] {
  const at = log.open(slot);
  return [...new Set(log.words.subarray(at, at + size))];
}

type Deed = readonly ['make' | 'drop' | 'clear', number, number];

test('every slot has what was written to it last, of whatever size, wherever it was moved', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(3000, 9000, 15_990));
  const deed: fc.Arbitrary<Deed> = fc.oneof(
    { weight: 30, arbitrary: fc.tuple(fc.constant('make'), fc.nat(SLOTS - 1), size) },
    { weight: 5, arbitrary: fc.tuple(fc.constant('drop'), fc.nat(SLOTS - 1), size) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('clear'), fc.constant(0), size) },
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 150 }), (deeds) => {
      const log = new WordLog(SLOTS);
      const model = new Map<number, readonly [number, number]>();
      for (const [turn, [what, slot, words]] of deeds.entries()) {
        if (what === 'make') {
          write(log, slot, words, turn);
          model.set(slot, [words, turn]);
        } else if (what === 'drop') {
          log.drop(slot);
          model.delete(slot);
        } else {
          log.clear();
          model.clear();
        }
        for (const [of, [length, value]] of model) expect(read(log, of, length)).toEqual([value]);
      }
    }),
  );
});

test('no more than twice of what is in use is kept, however long some of it stays', () => {
  const log = new WordLog(1000);
  const size = 100;
  for (let slot = 0; slot < 1000; slot++) write(log, slot, size, slot);
  // Every tenth is never written again.
  for (let turn = 0; turn < 100_000; turn++) if (turn % 10 !== 0) write(log, turn % 1000, size, turn % 1000);
  for (let slot = 0; slot < 1000; slot++) expect(read(log, slot, size)).toEqual([slot]);
  expect(log.size).toBeLessThanOrEqual(2 * 1000 * (size + 2) + 2 * CHUNK);
});

test('room that nobody uses any more is used again', () => {
  const log = new WordLog(3);
  for (let turn = 0; turn < 10_000; turn++) {
    write(log, turn % 3, 1000, turn);
    if (turn % 7 === 0) for (const slot of [0, 1, 2]) log.drop(slot);
  }
  expect(log.size).toBeLessThanOrEqual(3 * CHUNK);
});
