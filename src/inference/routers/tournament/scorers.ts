/** An answer that takes part in a tournament. */
export interface Contribution {
  readonly provider: string;
  readonly text: string;
  /** How long it took, milliseconds. */
  readonly ms: number;
}

/** The higher the better; among equals the first answer wins. */
export type Scorer = (contribution: Contribution) => number;

/** The most detailed answer, in characters. */
export const longest: Scorer = ({ text }) => text.length;

export const fastest: Scorer = ({ ms }) => -ms;

/** The answer in which the keywords make up the largest share of the words; any case. */
export function keywordDensity(keywords: readonly string[]): Scorer {
  const wanted = new Set(keywords.map((keyword) => keyword.toLowerCase()));
  return ({ text }) => {
    const words = text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];
    return words.length === 0 ? 0 : words.filter((word) => wanted.has(word)).length / words.length;
  };
}

/** The one with the highest score; the first among equals. A score that is no number is the lowest. Null without any. */
export function best<One>(all: readonly One[], scoreOf: (one: One) => number): One | null {
  let winner: One | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  for (const one of all) {
    const given = scoreOf(one);
    const score = Number.isNaN(given) ? Number.NEGATIVE_INFINITY : given;
    if (winner !== null && !(score > highest)) continue;
    winner = one;
    highest = score;
  }
  return winner;
}
