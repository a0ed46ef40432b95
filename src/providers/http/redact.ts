import type { Secret } from '../../core/secret.ts';

const MASK = '***';
/** Forms that keys of well-known providers have, also half masked by the provider itself. */
const KEY_LIKE = /\b(?:sk|pk|rk|key|gsk|xai|hf|nvapi)[-_][\w*.-]{6,}|\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi;
/** A piece of a key this long is worth something to whoever finds it; providers quote four characters at the most. */
const SHORTEST_PIECE = 8;
const LONGEST_MESSAGE = 500;

/** What an upstream says, fit for an error message: without keys, on one line, not too long. */
export function redact(text: string, key: Secret | null): string {
  const secret = key?.reveal() ?? '';
  let said = text;
  // Longest first: an encoded form can contain the plain one.
  for (const form of secret === '' ? [] : [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), secret]) {
    said = said.replaceAll(form, MASK);
  }
  said = withoutPieces(said, secret)
    .replace(KEY_LIKE, MASK)
    .replace(/[\u0000-\u0020\u007f-\u009f]+/g, ' ')
    .trim();
  return said.length <= LONGEST_MESSAGE ? said : `${said.slice(0, LONGEST_MESSAGE - 1)}…`;
}

/** Masks whatever stretch of the text is also a stretch of the key. */
function withoutPieces(text: string, secret: string): string {
  let masked = '';
  let at = 0;
  while (at < text.length) {
    let length = SHORTEST_PIECE;
    if (at + length > text.length || !secret.includes(text.slice(at, at + length))) {
      masked += text[at++];
      continue;
    }
    while (at + length < text.length && secret.includes(text.slice(at, at + length + 1))) length++;
    masked += MASK;
    at += length;
  }
  return masked;
}
