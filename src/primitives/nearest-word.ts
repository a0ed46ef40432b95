import { distance } from 'fastest-levenshtein';

/**
 * The word that was most likely meant: at most a third of its letters differ, or only their order, or it goes on as `word`
 * begins. Null when nothing is that near: a far-fetched guess helps nobody.
 */
export function nearestWord(word: string, candidates: Iterable<string>): string | null {
  const asked = word.toLowerCase();
  let nearest: string | null = null;
  let best = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    const begins = asked.length >= 2 && name.startsWith(asked);
    const changes = sorted(asked) === sorted(name) ? 1 : distance(asked, name);
    const near = begins || changes <= Math.max(1, Math.floor((Math.max(asked.length, name.length) + 1) / 3));
    // With two letters there is nothing left that is the same.
    if (!near || changes >= Math.max(asked.length, name.length) || changes >= best) continue;
    nearest = candidate;
    best = changes;
  }
  return nearest;
}

const sorted = (word: string): string => [...word].sort().join('');
