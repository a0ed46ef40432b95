import { messageText } from '../../core/request.ts';
import type { Plugin } from './plugin.ts';

/** As texts are compared: without regard to case, or to how a letter is put together. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Refuses a request when one of its user's messages holds one of the words, whole. */
export function profanityFilter(words: readonly string[]): Plugin {
  const refused = words.map((word) => plain(word.trim()));
  return {
    name: 'profanity_filter',
    hooks: {
      // First of all, so that nothing is looked up or paid for.
      'before:rag': ({ messages }) => {
        for (const message of messages) {
          if (message.role !== 'user') continue;
          const text = plain(messageText(message));
          const word = refused.find((word) => holds(text, word));
          if (word !== undefined) return { error: `the prompt holds "${word}", a word of plugins.profanity_filter` };
        }
        return 'continue';
      },
    },
  };
}

const LETTER_BEFORE = /[\p{L}\p{M}\p{N}]$/u;
const LETTER_BEHIND = /^[\p{L}\p{M}\p{N}]/u;

/** Whether the word stands in the text, and not only as a part of a longer one. */
function holds(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    // Two units: a letter may be a surrogate pair.
    const inside =
      LETTER_BEFORE.test(text.slice(Math.max(0, at - 2), at)) || LETTER_BEHIND.test(text.slice(end, end + 2));
    if (!inside) return true;
  }
  return false;
}
