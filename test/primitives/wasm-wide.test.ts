import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble, constant, get, loadPair, memoryOf, set, store, storePair } from '../../src/primitives/wasm.ts';
import {
  anyBit,
  bytes,
  bytesAnd,
  bytesDouble,
  bytesEqual,
  bytesLess,
  bytesLoad,
  bytesOf,
  bytesOr,
  bytesStore,
  bytesSubtract,
  bytesXor,
  highBits,
  long,
  longAnd,
  longConstant,
  longIsNotZero,
  longLoad,
  longOf,
  longOr,
  longShiftLeft,
  longShiftRight,
  longStore,
  longSubtract,
  longXor,
  lookUp,
  low,
  twice,
  zerosBehind,
} from '../../src/primitives/wasm-wide.ts';

const memory = memoryOf(1);
const longs = new BigInt64Array(memory.buffer, 0, 8);
const all = new Uint8Array(memory.buffer, 0, 64);
const ZERO = constant(0);
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -70n, max: 70n }));
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('constants of 64 bits come out as they went in', () => {
  fc.assert(
    fc.property(int64, (value) => {
      assemble(0, 0, [longStore(ZERO, 0, longConstant(value)), ZERO], memory)();
      expect(longs[0]).toBe(value);
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['and', longAnd, (a: bigint, b: bigint) => a & b],
  ['or', longOr, (a: bigint, b: bigint) => a | b],
  ['xor', longXor, (a: bigint, b: bigint) => a ^ b],
  ['subtract', longSubtract, (a: bigint, b: bigint) => a - b],
  ['shift left', longShiftLeft, (a: bigint, b: bigint) => a << (b & 63n)],
  ['shift right', longShiftRight, (a: bigint, b: bigint) => BigInt.asUintN(64, a) >> (b & 63n)],
] as const)('numbers of 64 bits: %s', (_, operation, expected) => {
  const run = assemble(0, 0, [longStore(ZERO, 16, operation(longLoad(ZERO, 0), longLoad(ZERO, 8))), ZERO], memory);
  fc.assert(
    fc.property(int64, int64, (a, b) => {
      longs.set([a, b]);
      run();
      expect(longs[2]).toBe(BigInt.asIntN(64, expected(a, b)));
    }),
  );
});

test('halves of numbers of 64 bits, and the zeros behind their last one', () => {
  const isNotZero = assemble(0, 0, [longIsNotZero(longLoad(ZERO, 0))], memory);
  const lower = assemble(0, 0, [low(longLoad(ZERO, 0))], memory);
  const zeros = assemble(0, 1, [longStore(ZERO, 8, zerosBehind(get(1))), ZERO], memory, { longs: 1 });
  const widened = assemble(1, 1, [longStore(ZERO, 8, long(get(0))), ZERO], memory);
  const counted = assemble(0, 0, [set(0, longLoad(ZERO, 0)), low(zerosBehind(get(0)))], memory, { longs: 1 });
  expect([zeros(), longs[1]]).toEqual([0, 64n]);
  widened(-1);
  expect(longs[1]).toBe(0xffffffffn);
  for (const [value, expected, behind] of [
    [0n, 0, 64],
    [8n, 8, 3],
    [-(2n ** 63n), 0, 63],
    [5n << 32n, 0, 32],
  ] as const) {
    longs[0] = value;
    expect([isNotZero(), lower(), counted()]).toEqual([value === 0n ? 0 : 1, expected, behind]);
  }
});

test.each([
  ['and', bytesAnd, (a: number, b: number) => a & b],
  ['or', bytesOr, (a: number, b: number) => a | b],
  ['xor', bytesXor, (a: number, b: number) => a ^ b],
  ['subtract', bytesSubtract, (a: number, b: number) => (a - b) & 255],
  ['equal', bytesEqual, (a: number, b: number) => (a === b ? 255 : 0)],
  ['less', bytesLess, (a: number, b: number) => (a < b ? 255 : 0)],
] as const)('sixteen bytes: %s', (_, operation, expected) => {
  const run = assemble(0, 0, [bytesStore(ZERO, 32, operation(bytesLoad(ZERO, 0), bytesLoad(ZERO, 16))), ZERO], memory);
  fc.assert(
    fc.property(sixteen, sixteen, (a, b) => {
      all.set([...a, ...b]);
      run();
      expect([...all.subarray(32, 48)]).toEqual(Array.from(a, (one, at) => expected(one, b[at]!)));
    }),
  );
});

test('sixteen bytes as halves, as bits, as places in a table', () => {
  const table = Array.from({ length: 16 }, (_, at) => at * 3 + 1);
  const looked = assemble(0, 0, [bytesStore(ZERO, 16, lookUp(bytesOf(table), bytesLoad(ZERO, 0))), ZERO], memory);
  const doubled = assemble(0, 0, [bytesStore(ZERO, 16, bytesDouble(bytesLoad(ZERO, 0), 1)), ZERO], memory);
  const bits = assemble(0, 0, [highBits(bytesLoad(ZERO, 0))], memory);
  const any = assemble(0, 0, [anyBit(bytesLoad(ZERO, 0))], memory);
  const second = assemble(0, 0, [longStore(ZERO, 16, longOf(bytesLoad(ZERO, 0), 1)), ZERO], memory);
  const both = assemble(0, 0, [bytesStore(ZERO, 16, twice(longLoad(ZERO, 0))), ZERO], memory);
  const filled = assemble(0, 0, [bytesStore(ZERO, 16, bytes(7)), ZERO], memory);
  const written = (run: () => number): readonly number[] => {
    run();
    return [...all.subarray(16, 32)];
  };
  fc.assert(
    fc.property(sixteen, (a) => {
      all.set(a);
      expect(written(looked)).toEqual(Array.from(a, (at) => table[at] ?? 0));
      expect(written(doubled)).toEqual(Array.from(a, (one) => (one * 2) & 255));
      expect(bits()).toBe(a.reduce((sum, one, at) => sum | ((one >> 7) << at), 0));
      expect(any()).toBe(a.some((one) => one > 0) ? 1 : 0);
      expect(written(second).slice(0, 8)).toEqual([...a.slice(8)]);
      expect(written(both)).toEqual([...a.slice(0, 8), ...a.slice(0, 8)]);
    }),
  );
  expect(written(filled)).toEqual(new Array<number>(16).fill(7));
});

test('two and four bytes are written and read where they belong', () => {
  all.fill(0);
  assemble(0, 0, [store(constant(4), 4, constant(-2)), storePair(constant(4), 9, constant(0x12345)), ZERO], memory)();
  expect([...all.subarray(7, 16)]).toEqual([0, 0xfe, 0xff, 0xff, 0xff, 0, 0x45, 0x23, 0]);
  expect(assemble(1, 1, [loadPair(get(0), 5)], memory)(8)).toBe(0x2345);
});
