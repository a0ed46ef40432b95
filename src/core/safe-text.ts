/** Text that can be written to a terminal without steering it. Made by `safeText` only. */
export type SafeText = string & { readonly __safe: unique symbol };

/**
 * What a terminal may act on: C0 without tab and line feed, DEL, C1; and what reorders or hides text:
 * zero-width, bidirectional and line/paragraph separators, variation of invisible operators, Hangul fillers (terminals do
 * not agree how wide nothing is), BOM, tags, lone surrogates.
 */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** A zero-width joiner between two pictographs is part of an emoji and stays; everywhere else it goes. */
const BEFORE_JOINER = /(?:\p{Extended_Pictographic}|\ufe0f|\p{Emoji_Modifier})$/u;
const AFTER_JOINER = /^\p{Extended_Pictographic}/u;

const PLAIN = /^[\n\t\u0020-\u007e]*$/;

/**
 * Makes text from models, prompts or files fit for a terminal (capability C4): control sequences lose their
 * introducers, carriage returns become line feeds, invisible and reordering characters are dropped.
 */
export function safeText(text: string): SafeText {
  if (PLAIN.test(text)) return text as SafeText;
  const unified = text.replace(/\r\n?/g, '\n');
  return unified.replace(UNSAFE, (unsafe, at: number) => {
    const joins =
      unsafe === '\u200d' &&
      BEFORE_JOINER.test(unified.slice(Math.max(0, at - 2), at)) &&
      AFTER_JOINER.test(unified.slice(at + 1, at + 3));
    return joins ? unsafe : '';
  }) as SafeText;
}

/** The same on one line, at most `width` characters: for tables, titles and error messages. */
export function safeLine(text: string, width = 120): SafeText {
  const line = safeText(text).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return (characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`) as SafeText;
}
