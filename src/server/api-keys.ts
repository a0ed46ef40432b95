import { hash } from 'node:crypto';

/** A key that opens the API, and the name of whoever has it. */
export interface ApiKey {
  /** Their requests carry it as tenant. */
  readonly tenant: string;
  readonly key: string;
}

/**
 * Reads what `API_KEY` holds: keys with commas between, each `KEY` or `NAME:KEY`. One without a name is called by the
 * beginning of its digest, which tells nothing of it and stays the same wherever it stands.
 */
export function apiKeysOf(text: string | undefined): readonly ApiKey[] {
  return listed(text).map((entry) => {
    const [, name, key] = /^([A-Za-z][\w-]{0,63}):(.+)$/.exec(entry) ?? [];
    if (name !== undefined && key !== undefined) return { tenant: name, key: key.trim() };
    return { tenant: `key-${hash('sha256', entry).slice(0, 8)}`, key: entry };
  });
}

/** What stands between commas, without what is empty. */
export const listed = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
