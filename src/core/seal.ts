import { digestOf } from './canonical-json.ts';
import { type Fields, invalid } from './fields.ts';

/** The record with a digest of itself: damage on the way, be it one bit, is noticed by `checkSeal`. */
export function sealed<Item extends object>(record: Item): Item & { readonly sha256: string } {
  // As it will be read back: without undefined fields.
  return { ...record, sha256: digestOf(JSON.parse(JSON.stringify(record))) };
}

/** Throws `request_invalid` when a record carries a digest and is not what it was when that was made. */
export function checkSeal(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('sha256' in value)) return;
  const { sha256, ...record } = value as Fields;
  if (digestOf(record) !== sha256) {
    invalid('', 'was changed since it was written (its sha256 does not match; remove that field if you meant to)');
  }
}
