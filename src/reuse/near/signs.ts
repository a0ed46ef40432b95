import { type Piece, piecesOf, WORDY } from './pieces.ts';

const DASH = /[-\u2010-\u2015]/;
/** One sort of quotation mark is as good as another. */
const QUOTE = /["'\u2018-\u201f\u00ab\u00bb\u2039\u203a]/;
const SINGLE_QUOTE = /['\u2018-\u201b\u2039\u203a]/;
/** Signs that are never a sentence's own, wherever they stand. */
const ALWAYS = /[()\uff08\uff09\u2030\u2031\u00a7\u2032\u2033\u300c-\u300f]/;
/** What is reckoned with; the tokens have these. */
const OPERATOR = /[\p{S}%*/]/u;
const OPERATOR_OR_DASH = /[\p{S}%*/\u2010-\u2015-]/u;
const OPENING = /[(\uff08]/;
const CLOSING = /[)\uff09]/;

/** Behind one of these, a sign by itself is what is asked about: what is the difference between ? and ! */
const NAMING = new Set('a an the and or between sign symbol character operator'.split(' '));
/** Likewise, but a sentence may end here, too. */
const MAY_NAME = new Set('is are with of use using type typing say write match explain define called'.split(' '));
const NAMED = new Set('mean means meaning sign symbol character operator mark key do called and or'.split(' '));
/** Texts of so many words may end in what others end in by mere excitement: what is ! what is 5!! */
const FEW = 3;
/** Letters that are words. */
const WORDS_OF_ONE = new Set(['a', 'i', 'u']);
/** Abbreviations that in small letters are common words. */
const ABBREVIATIONS = new Set('US IT WHO NO CO AIDS ACT SAT ADD SAD'.split(' '));

/** Characters of a text whose signs are looked at one by one, which takes a microsecond each. */
const LONGEST = 8192;

/**
 * The signs of a text that mean something and are no tokens: brackets, pairs of quotation marks, the dashes of a command line,
 * a minus beside letters, `!` in front of a word or behind a number, dots and slashes inside names; and abbreviations that are
 * words otherwise. What only divides or ends a sentence is not among them. Of a text without a word, all of it. Texts that ask
 * the same have the same; each is given with the letters around it, which typing errors leave alone. Of a long text, all
 * signs as they stand.
 */
export function signsOf(text: string): readonly string[] {
  if (!WORDY.test(text)) return [text.trim().replace(/\s+/g, ' ')];
  if (text.length > LONGEST) return [text.replace(/[\s\p{L}\p{N}\p{M}]+/gu, ' ').trim()];
  const pieces = piecesOf(text.trim());
  const signs = pieces.filter(({ text: sign }) => !WORDY.test(sign));
  const words = pieces.length - signs.length;
  const quotes = quotesAmong(signs);
  const emphasis = signs.filter(opens).length === signs.filter(closes).length;
  const found: string[] = [];
  for (const sign of signs) {
    const quote = quotes.get(sign);
    if (quote !== undefined) found.push(quote);
    else if (counts(sign, words) && !(emphasis && (opens(sign) || closes(sign)))) found.push(outlineOf(sign));
  }
  return [...found.filter((sign) => sign !== ''), ...abbreviationsAmong(pieces)];
}

/** Quotation marks that belong together, and what each counts as: nothing when all there is stands between them. */
function quotesAmong(signs: readonly Piece[]): ReadonlyMap<Piece, string> {
  const quotes = new Map<Piece, string>();
  const open: [Piece | null, Piece | null] = [null, null];
  for (const sign of signs) {
    if (!QUOTE.test(sign.text)) continue;
    const sort = SINGLE_QUOTE.test(sign.text) ? 1 : 0;
    const first = open[sort];
    if (first !== null && sign.left !== '' && !WORDY.test(sign.right)) {
      const inside = first.before !== '' || sign.after !== '';
      quotes.set(first, inside ? `"${initial(first)}` : '').set(sign, inside ? `${final(sign)}"` : '');
      open[sort] = null;
    } else if (sign.right !== '' && !WORDY.test(sign.left)) open[sort] = sign;
  }
  return quotes;
}

const glued = (character: string): boolean => WORDY.test(character);
const opens = ({ text, left, right }: Piece): boolean => text[0] === '*' && glued(right) && !glued(left);
const closes = ({ text, left, right }: Piece): boolean =>
  text[0] === '*' && left !== '' && !OPERATOR.test(left) && !glued(right);

/** Whether a sign means something. */
function counts(sign: Piece, words: number): boolean {
  const { text, left, right, before, alone } = sign;
  if (ALWAYS.test(text)) return true;
  // Feet, a derivative.
  if (QUOTE.test(text)) return alone || (left !== '' && !glued(right) && isOperand(before));
  if (QUOTE.test(left) && QUOTE.test(right)) return true;
  if (alone) return standsAlone(sign, words);
  if (DASH.test(text)) return isMinus(sign);
  switch (text[0]) {
    case '.':
    case '!':
    case '?':
      return isMark(sign, words);
    case ':':
    case ';':
      return glued(right) || right === ':';
    case '*':
      return true;
    case '/':
      return glued(left) && glued(right);
    case '%':
    case '$':
      // Of a format or a name, where case matters.
      return /\p{L}/u.test(right) && !glued(left);
    case '&':
      return glued(right) && !glued(left);
    default:
      // The others are tokens, or divide.
      return text === '\u00b7' && glued(left) && glued(right);
  }
}

/** Signs between spaces: those that are spoken of, or part of a formula or a command. */
function standsAlone({ text, left, before, after, previous, startsLine, ends }: Piece, words: number): boolean {
  if (OPERATOR.test(text)) return text[0] === '*' && !startsLine;
  const few = words <= FEW;
  const behind = before.toLowerCase();
  if (NAMED.has(after.toLowerCase()) || NAMING.has(behind) || (MAY_NAME.has(behind) && (few || !ends))) return true;
  if (DASH.test(text)) {
    if (startsLine || text.length > 1) return false;
    return (isOperand(before) && isOperand(after)) || isVariable(before) || isVariable(after) || (ends && few);
  }
  return text === '.' || text === '..' || left === '$' || (text === '!' && previous === before && isOperand(before));
}

/** Full stops, question and exclamation marks that do not end anything. */
function isMark({ text, left, right, before, ends }: Piece, words: number): boolean {
  if (/^\.{3,}$/.test(text) && !/[/)]/.test(right)) return false;
  if (glued(right) || /[(/:=*+&]/.test(right)) return true;
  if (text[0] !== '!' || !(glued(left) || left === ')')) return false;
  if (!isOperand(before) || WORDS_OF_ONE.has(before.toLowerCase())) return false;
  return /^![?.]*$/.test(text) || !ends || isVariable(before) || words <= FEW;
}

/** Dashes in front of a word, and those between letters that stand for numbers. */
function isMinus({ left, right, before, after }: Piece): boolean {
  if (!glued(left)) return glued(right);
  if (!glued(right)) return right === '' && /^(\p{L}|\p{Lu}\p{Ll})$/u.test(before);
  return isOperand(before) && isOperand(after);
}

const isVariable = (word: string): boolean =>
  word.length === 1 && /\p{L}/u.test(word) && !WORDS_OF_ONE.has(word.toLowerCase());
const isOperand = (word: string): boolean => /^(\p{N}+|\p{L})$/u.test(word);

/** A sign with the letters beside it: of what is written at its one side those on that side, a whole word with its case. */
function outlineOf(sign: Piece): string {
  const { left, right, after, previous, next } = sign;
  const text = sign.text.replace(/[\u2010-\u2015]/g, '-');
  if (OPENING.test(text)) return `${OPERATOR_OR_DASH.test(previous) ? previous : ''}(${initial(sign)}`;
  if (CLOSING.test(text)) return `${final(sign)})${OPERATOR_OR_DASH.test(next) ? next : ''}`;
  // What ends the sentence behind it may differ.
  if (glued(left) && !glued(right)) return `${final(sign)}${text.replace(/(?<=!)[?.]+$/, '')}`;
  if (glued(right) && !glued(left)) return `${text}${after}`;
  return `${final(sign)}${text}${initial(sign)}`;
}

const final = ({ before }: Piece): string => (before.at(-1) ?? '').toLowerCase();
const initial = ({ after }: Piece): string => (after[0] ?? '').toLowerCase();

/** Those in capitals in a text that is not in capitals and is not written anyhow. */
function abbreviationsAmong(pieces: readonly Piece[]): readonly string[] {
  const words = pieces.map(({ text }) => text);
  if (!words.some((word) => ABBREVIATIONS.has(word))) return [];
  if (words.some((word) => /\p{Ll}\p{Lu}/u.test(word))) return [];
  const shouted = words.filter((word) => /^\p{Lu}{2,}$/u.test(word) && !ABBREVIATIONS.has(word)).length;
  const quiet = words.filter((word) => /\p{Ll}/u.test(word)).length;
  return shouted >= quiet ? [] : words.filter((word) => ABBREVIATIONS.has(word));
}
