import { distance } from 'fastest-levenshtein';
import type { ConfigSection } from '../core/config-section.ts';
import { nearestWord } from '../primitives/nearest-word.ts';
import { aliasesOf } from './aliases.ts';
import type { ConfigKey } from './keys.ts';
import { formatPath, isWithin, type Path } from './path.ts';
import { laterPaths } from './set-aside.ts';

/** Every name that a configuration may use: keys, older names, names of later features. */
export function knownPaths(sections: readonly ConfigSection[], keys: readonly ConfigKey[]): readonly Path[] {
  return [...keys.map((key) => key.path), ...aliasesOf(sections).map((alias) => alias.from), ...laterPaths()];
}

/** A name in another table must be this much closer to be taken for what was meant. */
const ELSEWHERE = 1.5;

/**
 * The known key or table that is most likely meant, with its section: `stages.inference.temperature`; null when none is
 * near: a far-fetched guess helps nobody.
 */
export function nearestName(path: Path, isTable: boolean, known: readonly Path[]): string | null {
  const name = path.at(-1) ?? '';
  const parent = path.slice(0, -1);
  const candidates = isTable ? tablesOf(known) : known;
  let nearest: Path = [];
  let best = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const last = candidate.at(-1)!;
    if (last === '*') continue;
    const beside = candidate.length === path.length && isWithin(candidate.slice(0, -1), parent);
    const score = distance(name, last) + (beside ? 0 : ELSEWHERE);
    if (score >= best) continue;
    best = score;
    nearest = beside ? [...parent, last] : candidate;
  }
  const meant = nearest.at(-1) ?? '';
  if (nearestWord(name, [meant]) === null) return null;
  const written = formatPath(nearest.map((segment) => (segment === '*' ? 'NAME' : segment)));
  return isTable ? `[${written}]` : written;
}

function tablesOf(known: readonly Path[]): readonly Path[] {
  const tables = new Map<string, Path>();
  for (const path of known) {
    for (let length = 1; length < path.length; length++)
      tables.set(formatPath(path.slice(0, length)), path.slice(0, length));
  }
  return [...tables.values()];
}

/** The names that are known where this one was written; the sections, where a table was. */
export function namesBeside(path: Path, isTable: boolean, known: readonly Path[]): readonly string[] {
  const candidates = isTable ? tablesOf(known) : known;
  const beside = candidates.filter((candidate) => {
    return (
      candidate.length === path.length &&
      candidate.at(-1) !== '*' &&
      isWithin(candidate.slice(0, -1), path.slice(0, -1))
    );
  });
  return [...new Set(beside.map((candidate) => candidate.at(-1)!))].sort();
}
