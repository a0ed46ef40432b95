import { storageError } from './faults.ts';

/** A value as it is stored in a text column. */
export function toStoredJson(value: unknown): string {
  return JSON.stringify(value);
}

/** The value of a text column; throws a storage error that names the record when it is damaged. */
export function fromStoredJson<Value>(location: string, record: string, text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw storageError(location, { message: `${record} is damaged; remove it to go on`, code: null });
  }
}
