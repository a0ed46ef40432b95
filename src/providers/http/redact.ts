import type { Secret } from '../../core/secret.ts';

const MASK = '***';
/** Forms that keys of well-known providers have, also half masked by the provider itself. */
const KEY_LIKE = /\b(?:sk|pk|rk|key|gsk|xai|hf|nvapi)[-_][\w*.-]{6,}|\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi;
const LONGEST_MESSAGE = 500;

/** What an upstream says, fit for an error message: without keys, on one line, not too long. */
export function redact(text: string, key: Secret | null): string {
  const secret = key?.reveal() ?? '';
  let said = text;
  // Longest first: an encoded form can contain the plain one.
  for (const form of secret === '' ? [] : [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), secret]) {
    said = said.replaceAll(form, MASK);
  }
  said = said
    .replace(KEY_LIKE, MASK)
    .replace(/[\u0000-\u0020\u007f-\u009f]+/g, ' ')
    .trim();
  return said.length <= LONGEST_MESSAGE ? said : `${said.slice(0, LONGEST_MESSAGE - 1)}…`;
}
