/** Words, and the signs between them; those that are written in a row mean something together. */
const PIECES = /[\p{L}\p{N}\p{M}]+|[.!?]+|[-\u2010-\u2015]+|\*+|[^\s\p{L}\p{N}\p{M}]/gu;
/** Letters, digits and what goes on top of them. */
export const WORDY = /[\p{L}\p{N}\p{M}]/u;

/** A word or a sign, with the characters and words beside it; `''` where there is none. */
export interface Piece {
  readonly text: string;
  readonly left: string;
  readonly right: string;
  readonly before: string;
  after: string;
  /** The pieces next to it, spaces or not. */
  readonly previous: string;
  next: string;
  /** There is no word in what is written in one with it. */
  readonly alone: boolean;
  readonly startsLine: boolean;
  readonly ends: boolean;
}

/** The pieces of a text in their order; takes as long as the text is. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let before = '';
  let named = 0;
  let end = 0;
  for (const { 0: chunk, index: start } of text.matchAll(/\S+/g)) {
    const startsLine = start === 0 || text.slice(end, start).includes('\n');
    const alone = !WORDY.test(chunk);
    end = start + chunk.length;
    for (const { 0: piece, index } of chunk.matchAll(PIECES)) {
      const [left, right] = [chunk[index - 1] ?? '', chunk[index + piece.length] ?? ''];
      const previous = pieces.at(-1);
      if (previous !== undefined) previous.next = piece;
      const word = WORDY.test(piece);
      if (word) for (; named < pieces.length; named++) pieces[named]!.after = piece;
      const beside = { left, right, before, after: '', previous: previous?.text ?? '', next: '' };
      pieces.push({ text: piece, ...beside, alone, startsLine, ends: end === text.length });
      if (word) before = piece;
    }
  }
  return pieces;
}
