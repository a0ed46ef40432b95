// Precision and recall of the near-duplicate detection on labelled pairs: {"a", "b", "same", "kind"} a line.
// npx node scripts/evaluate-neardup.ts PAIRS.ndjson [--threshold N] [--wrong]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import { NearDuplicates } from '../src/reuse/near/near-duplicates.ts';

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly kind: string;
}

interface Tally {
  pairs: number;
  merged: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threshold: { type: 'string', default: '3' }, wrong: { type: 'boolean', default: false } },
});
const [file] = positionals;
if (file === undefined) {
  process.stderr.write('usage: npx node scripts/evaluate-neardup.ts PAIRS.ndjson [--threshold N] [--wrong]\n');
  process.exit(2);
}

const settings = { similarityThreshold: Number(values.threshold), maxEntries: 1 };
const near = new NearDuplicates<true>(settings, systemClock);
const pairs = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Pair);

const tally = (of: Map<string, Tally>, name: string): Tally => {
  const found = of.get(name) ?? { pairs: 0, merged: 0 };
  of.set(name, found);
  return found;
};
const kinds = new Map<string, Tally>();
const groups = new Map<string, Tally>();
const labels = new Map(pairs.map(({ kind, same }) => [kind, same]));
for (const { a, b, same, kind } of pairs) {
  const { same: merged, distance, veto } = near.compare(a, b);
  // The index must find what the comparison accepts, and nothing else.
  const index = new NearDuplicates<true>(settings, systemClock);
  index.add(a, true);
  if ((index.find(b) !== null) !== merged) throw new Error(`the index and the comparison differ: ${a} / ${b}`);
  for (const one of [
    tally(kinds, kind),
    tally(groups, kind.split('_')[0]!),
    tally(groups, same ? 'same' : 'different'),
  ]) {
    one.pairs++;
    if (merged) one.merged++;
  }
  if (values.wrong && merged !== same) console.log(JSON.stringify({ kind, distance, veto, a, b }));
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;
console.log('| kind | label | pairs | merged | right |\n|---|---|---|---|---|');
for (const [kind, { pairs: count, merged }] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const right = labels.get(kind) ? merged : count - merged;
  console.log(
    `| ${kind} | ${labels.get(kind) ? 'same' : 'different'} | ${count} | ${merged} | ${percent(right, count)} |`,
  );
}
const of = (name: string): Tally => groups.get(name) ?? { pairs: 0, merged: 0 };
const [surface, contrast, alike, different] = [of('surface'), of('contrast'), of('same'), of('different')];
console.log(
  `\nsurface variants caught: ${percent(surface.merged, surface.pairs)} (${surface.merged} of ${surface.pairs})`,
);
console.log(
  `wrong merges on one-word contrasts: ${percent(contrast.merged, contrast.pairs)} (${contrast.merged} of ${contrast.pairs})`,
);
console.log(
  `precision: ${percent(alike.merged, alike.merged + different.merged)}, recall: ${percent(alike.merged, alike.pairs)}`,
);
