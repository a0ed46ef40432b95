import { linearRegex } from './linear-regex.ts';
import { onWhole, type TransformDefinition } from './transform.ts';

export interface RegexReplaceSettings {
  /** In the syntax of RE2; flags stand inside, as in `(?i)`. */
  readonly pattern: string;
  /** What stands for a match: `$1`, `$<name>` and `$&` as in JavaScript. */
  readonly replacement: string;
}

/** Replaces every match. A match can begin anywhere and end at the end of the text, so the text is needed whole. */
export const regexReplace: TransformDefinition<RegexReplaceSettings> = {
  example: null,
  incremental: false,
  create({ pattern, replacement }) {
    const regex = linearRegex(pattern);
    return onWhole((text) => regex.matcher(text).replaceAll(replacement));
  },
};
