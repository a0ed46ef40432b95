import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  and,
  assemble,
  atLeast,
  type Code,
  choose,
  constant,
  differ,
  firstBit,
  get,
  isZero,
  less,
  load,
  loadByte,
  memoryOf,
  multiply,
  or,
  repeatWhile,
  returning,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  when,
  xor,
} from '../../src/primitives/wasm.ts';

const memory = memoryOf(1);
const lowest = (bits: number): number => (bits === 0 ? 32 : 31 - Math.clz32(bits & -bits));
const int32 = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -70, max: 70 }));

test('constants of any size come out as they went in', () => {
  fc.assert(
    fc.property(int32, (value) => {
      expect(assemble(0, 0, [constant(value)], memory)()).toBe(value);
    }),
  );
});

test.each([
  ['add', add, (a: number, b: number) => (a + b) | 0],
  ['and', and, (a: number, b: number) => a & b],
  ['or', or, (a: number, b: number) => a | b],
  ['xor', xor, (a: number, b: number) => a ^ b],
  ['subtract', subtract, (a: number, b: number) => (a - b) | 0],
  ['multiply', multiply, (a: number, b: number) => Math.imul(a, b)],
  ['shiftLeft', shiftLeft, (a: number, b: number) => a << b],
  ['shiftRight', shiftRight, (a: number, b: number) => (a >>> b) | 0],
  ['choose', (one: Code, other: Code) => choose(one, constant(7), other), (a: number, b: number) => (a === 0 ? b : 7)],
  ['firstBit', (one: Code, other: Code) => firstBit(or(one, other)), (a: number, b: number) => lowest(a | b)],
  ['differ', differ, (a: number, b: number) => Number(a !== b)],
  ['less', less, (a: number, b: number) => Number(a >>> 0 < b >>> 0)],
  ['atLeast', atLeast, (a: number, b: number) => Number(a >>> 0 >= b >>> 0)],
] as const)('%s', (_, operation, expected) => {
  const run = assemble(2, 2, [operation(get(0), get(1))], memory);
  fc.assert(
    fc.property(int32, int32, (a, b) => {
      expect(run(a, b)).toBe(expected(a, b));
      expect(run(a, a)).toBe(expected(a, a));
    }),
  );
});

test('numbers and bytes are read behind an offset, be it a large one', () => {
  const large = memoryOf(70_000 * 4);
  new Int32Array(large.buffer)[70_000 - 1] = -5;
  new Uint8Array(large.buffer)[300] = 200;
  expect(assemble(1, 1, [load(get(0), (70_000 - 2) * 4)], large)(4)).toBe(-5);
  expect(assemble(1, 1, [loadByte(get(0), 299)], large)(1)).toBe(200);
});

test('a loop runs while its condition holds, and a function can end early', () => {
  const [LIMIT, AT, SUM] = [0, 1, 2];
  const sum = assemble(
    1,
    3,
    [
      repeatWhile(
        less(get(AT), get(LIMIT)),
        when(isZero(differ(get(AT), constant(5))), returning(constant(-1))),
        set(SUM, add(get(SUM), get(AT))),
        set(AT, add(get(AT), constant(1))),
      ),
      get(SUM),
    ],
    memory,
  );
  expect([0, 1, 4, 5, 6, 9].map((limit) => sum(limit))).toEqual([0, 0, 6, 10, -1, -1]);
});

test('a memory holds as much as was asked for', () => {
  expect(memoryOf(65_536).buffer.byteLength).toBe(65_536);
  expect(memoryOf(65_537).buffer.byteLength).toBe(131_072);
});
