// How well the guard does on rows it has not seen: `npx node scripts/evaluate-guard.ts ROWS.jsonl` prints the tables of
// docs/guard.md, `--misses` also the rows that it gets wrong.
import { PromptGuard } from '../src/admission/guard/guard.ts';
import { calibrate, unseenZ } from './guard/calibrate.ts';
import { byPhrase, bySource } from './guard/folds.ts';
import { LOOK_ALIKES, type Row, readRows, type Sample, sampleRows } from './guard/samples.ts';
import { type Scored, tableOf } from './guard/tables.ts';

const [, , path, flag] = process.argv;
if (path === undefined) {
  process.stderr.write('usage: npx node scripts/evaluate-guard.ts ROWS.jsonl [--misses]\n');
  process.exit(2);
}
const samples = sampleRows(readRows(path));
const always = sampleRows(readRows(LOOK_ALIKES));
const sourceZ = unseenZ(bySource(samples, always));
const { slope, intercept } = calibrate(sourceZ);
const phrases = { name: 'other phrases', rows: scored(unseenZ(byPhrase(samples, always))) };
const sources = { name: 'other sources', rows: scored(sourceZ) };
const guard = new PromptGuard();
const verdicts = samples.map(({ row }) => ({ row, verdict: guard.inspect(row.text) }));
const shipped = { name: 'as shipped', rows: verdicts.map(({ row, verdict }) => ({ row, score: verdict.score })) };

process.stdout.write(`${tableOf([phrases, sources, shipped], kindsOf)}\n`);
process.stdout.write(`${tableOf([phrases, sources], ({ label, source }) => [`${label}: ${source}`])}\n`);
const found = verdicts.filter(({ row, verdict }) => row.label === 'attack' && verdict.action !== 'allow');
const named = found.filter(({ row, verdict }) => row.class === verdict.class).length;
process.stdout.write(
  `As shipped: ${found.length} attacks found, ${((named / found.length) * 100).toFixed(0)} % called by their kind\n`,
);
if (flag === '--misses') for (const line of misses(phrases.rows)) process.stdout.write(`${line}\n`);

function scored(z: ReadonlyMap<Sample, number>): readonly Scored[] {
  return [...z].map(([{ row }, value]) => ({ row, score: 1 / (1 + Math.exp(-(slope * value + intercept))) }));
}

/** The group of its class, and that of all that are alike. */
function kindsOf({ label, class: kind, hard }: Row): readonly string[] {
  const which = label === 'attack' ? (hard ? 'hard' : 'explicit') : hard ? 'hard' : 'plain';
  return [`**all ${label} rows, ${which}**`, `${label}, ${which}: ${kind}`];
}

function misses(rows: readonly Scored[]): readonly string[] {
  return rows
    .filter(({ row, score }) => (row.label === 'attack' ? !row.hard && score < 0.3 : score >= 0.3))
    .map(({ row, score }) => JSON.stringify({ ...row, text: row.text.slice(0, 300), score: Number(score.toFixed(2)) }));
}
