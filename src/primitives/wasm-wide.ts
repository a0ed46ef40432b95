import { binary, type Code, unsigned } from './wasm.ts';

/**
 * Numbers of 64 bits, and sixteen bytes at once, for the assembler in `wasm`. Every processor that Node runs on has
 * instructions for both.
 */
export const longConstant = (value: bigint): Code => [0x42, ...signed(value)];
export const longLoad = (address: Code, offset: number): Code => [...address, 0x29, 3, ...unsigned(offset)];
export const longStore = (address: Code, offset: number, value: Code): Code => [
  ...[...address, ...value],
  ...[0x37, 3, ...unsigned(offset)],
];
export const longAnd = binary(0x83);
export const longOr = binary(0x84);
export const longXor = binary(0x85);
export const longSubtract = binary(0x7d);
export const longShiftLeft = binary(0x86);
export const longShiftRight = binary(0x88);
/** 1 or 0, a number of 32 bits. */
export const longIsNotZero = (value: Code): Code => [...value, 0x50, 0x45];
/** Zeros behind the last one. */
export const zerosBehind = (value: Code): Code => [...value, 0x7a];
/** The lower half, and the number of 64 bits with such a half. */
export const low = (value: Code): Code => [...value, 0xa7];
export const long = (value: Code): Code => [...value, 0xad];

const SIMD = 0xfd;
/** The same byte, or the same bits, sixteen times. */
export const bytes = (value: number): Code => bytesOf(new Array<number>(16).fill(value));
export const bytesOf = (values: readonly number[]): Code => [SIMD, 0x0c, ...values];
export const bytesLoad = (address: Code, offset: number): Code => [...address, SIMD, 0, 0, ...unsigned(offset)];
export const bytesAnd = binary(SIMD, 0x4e);
export const bytesOr = binary(SIMD, 0x50);
export const bytesXor = binary(SIMD, 0x51);
export const bytesSubtract = binary(SIMD, 0x71);
/** All ones where it is so, byte by byte. */
export const bytesEqual = binary(SIMD, 0x23);
export const bytesLess = binary(SIMD, 0x26);
/** For each byte the one of the table that it is the number of; 0 for sixteen and more. */
export const lookUp = binary(SIMD, 0x0e);
/** Each byte twice as much, without what does not fit. */
export const bytesDouble = (value: Code, times: number): Code => [...value, 0x41, times, SIMD, 0x6b];
/** The highest bit of each byte, as a number of sixteen bits. */
export const highBits = (value: Code): Code => [...value, SIMD, 0x64];
/** 1 where any bit is set. */
export const anyBit = (value: Code): Code => [...value, SIMD, 0x53];
export const bytesStore = (address: Code, offset: number, value: Code): Code => [
  ...[...address, ...value],
  ...[SIMD, 0x0b, 0, ...unsigned(offset)],
];
/** The same number of 64 bits in both halves, and the one in half 0 or 1. */
export const twice = (value: Code): Code => [...value, SIMD, 0x12];
export const longOf = (value: Code, lane: 0 | 1): Code => [...value, SIMD, 0x1d, lane];

function signed(value: bigint): Code {
  const last = BigInt.asIntN(7, value) === value;
  return last ? [Number(value & 0x7fn)] : [Number(value & 0x7fn) | 0x80, ...signed(value >> 7n)];
}
