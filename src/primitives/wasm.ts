/**
 * Just enough of an assembler for WebAssembly to write an inner loop in it: one function over a memory, whole numbers of 32
 * bits, unsigned where that matters; `wasm-wide` has those of 64 and 128 bits. In JavaScript a loop over several tables checks
 * each index and keeps two registers for each table; here it does neither, and takes half the time.
 *
 * Code is a list of bytes; what takes operands is a function of their code.
 */
export type Code = readonly number[];

export const constant = (value: number): Code => [0x41, ...signed(value)];
export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [...value, 0x21, local];
/** The number, or the byte, that stands in the memory at an address plus an offset. */
export const load = (address: Code, offset: number): Code => [...address, 0x28, 2, ...unsigned(offset)];
export const loadByte = (address: Code, offset: number): Code => [...address, 0x2d, 0, ...unsigned(offset)];

/** The two bytes that stand there. */
export const loadPair = (address: Code, offset: number): Code => [...address, 0x2f, 0, ...unsigned(offset)];
export const store = (address: Code, offset: number, value: Code): Code => [
  ...[...address, ...value],
  ...[0x36, 2, ...unsigned(offset)],
];
/** The lower half of a number. */
export const storePair = (address: Code, offset: number, value: Code): Code => [
  ...[...address, ...value],
  ...[0x3b, 0, ...unsigned(offset)],
];

/** The place of the lowest bit that is set. */
export const firstBit = (value: Code): Code => [...value, 0x68];
export const isZero = (value: Code): Code => [...value, 0x45];

export const binary =
  (...operation: readonly number[]) =>
  (one: Code, other: Code): Code => [...one, ...other, ...operation];
export const add = binary(0x6a);
export const subtract = binary(0x6b);
export const multiply = binary(0x6c);
export const and = binary(0x71);
export const or = binary(0x72);
export const xor = binary(0x73);
export const shiftLeft = binary(0x74);
export const shiftRight = binary(0x76);
export const differ = binary(0x47);
export const less = binary(0x49);
export const atLeast = binary(0x4f);

/** One or the other value, without a branch. */
export const choose = (condition: Code, one: Code, other: Code): Code => [...one, ...other, ...condition, 0x1b];

export const returning = (value: Code): Code => [...value, 0x0f];
export const when = (condition: Code, ...then: readonly Code[]): Code => [
  ...condition,
  0x04,
  NONE,
  ...then.flat(),
  END,
];
export const repeatWhile = (condition: Code, ...body: readonly Code[]): Code => [
  ...[0x02, NONE, 0x03, NONE],
  // Out of the block around the loop, or to its start.
  ...[...isZero(condition), 0x0d, 1],
  ...[...body.flat(), 0x0c, 0],
  ...[END, END],
];

const NONE = 0x40;
const END = 0x0b;
/** What a local holds: a number of 32 or 64 bits, or sixteen bytes. */
const NUMBER = 0x7f;
const LONG = 0x7e;
const BYTES = 0x7b;
const PAGE = 65_536;

/**
 * Makes the function; its result is what `body` leaves behind.
 * @param parameters how many of the locals are parameters, the first ones
 * @param locals numbers of 32 bits; those of 64 bits come behind them, then those of sixteen bytes
 */
export function assemble(
  parameters: number,
  locals: number,
  body: readonly Code[],
  memory: WasmMemory,
  { longs = 0, bytes = 0 } = {},
) {
  const code = [3, locals - parameters, NUMBER, longs, LONG, bytes, BYTES, ...body.flat(), END];
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, parameters, ...new Array<number>(parameters).fill(NUMBER), 1, NUMBER]),
    // Memory "" "m", and the function under the name of "f".
    ...section(2, [1, 0, 1, 0x6d, 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ];
  const instance = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module)), { '': { m: memory } });
  return instance.exports['f'] as (...numbers: readonly number[]) => number;
}

/** A memory of at least so many bytes, which stays as large as it is. */
export function memoryOf(bytes: number): WasmMemory {
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/** A memory that the function and its caller share. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What is used of WebAssembly here: its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, WasmMemory>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];

/** LEB128. */
export function unsigned(value: number): Code {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = low < 0x40 ? rest === 0 : rest === -1;
  return last ? [low] : [low | 0x80, ...signed(rest)];
}
