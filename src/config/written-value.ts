import { parse } from 'smol-toml';
import type { Path } from './path.ts';

/** Whether the key at a path holds text: then `1.0` is the text "1.0" and not a number. */
export type IsText = (path: Path) => boolean;

/**
 * A value from a flag or an environment variable: TOML syntax, and plain text when it is not that, so that
 * `model=gpt-4` needs no quotes in quotes.
 */
export function writtenValue(text: string, path: Path, isText: IsText): unknown {
  try {
    const parsed = parse(`value = ${text}`, {
      integersAsBigInt: 'asNeeded',
      unsafeKeyBehaviour: 'throw',
      maxDepth: 64,
    });
    // A line break in the text may have begun a second key.
    if (Object.keys(parsed).length !== 1) return text;
    const value: unknown = parsed['value'];
    return typeof value !== 'string' && isText(path) ? text : value;
  } catch {
    return text;
  }
}
