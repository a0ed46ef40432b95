// How well the guard does on rows it has not seen: `node scripts/evaluate-guard.ts ROWS.jsonl` prints the tables of
// docs/guard.md, `--misses` also the rows that it gets wrong.
import { PromptGuard } from '../src/admission/guard/guard.ts';
import { calibrate, unseenZ } from './guard/calibrate.ts';
import { byPhrase, bySource } from './guard/folds.ts';
import { readRows, type Sample, sampleRows } from './guard/samples.ts';
import { type Scored, tableOf } from './guard/tables.ts';

const [, , path, flag] = process.argv;
if (path === undefined) {
  process.stderr.write('usage: node scripts/evaluate-guard.ts ROWS.jsonl [--misses]\n');
  process.exit(2);
}
const samples = sampleRows(readRows(path));
const phraseZ = unseenZ(byPhrase(samples));
const { slope, intercept } = calibrate(phraseZ);
const byPhrases = scored(phraseZ);
const bySources = scored(unseenZ(bySource(samples)));

print('Other phrases of the same sources', byPhrases);
print('Sources it has never seen', bySources);

const guard = new PromptGuard();
const shipped = samples.map((sample): Scored & { kind: string } => {
  const verdict = guard.inspect(sample.row.text);
  return { row: sample.row, score: verdict.score, kind: verdict.class };
});
print('The guard as shipped, on the rows it was trained on', shipped);
const found = shipped.filter(({ row, kind }) => row.label === 'attack' && kind !== 'benign');
const named = found.filter(({ row, kind }) => row.class === kind).length;
process.stdout.write(
  `Of the ${found.length} attacks it finds there, it calls ${percent(named / found.length)} by their kind.\n`,
);
if (flag === '--misses') for (const line of misses(byPhrases)) process.stdout.write(`${line}\n`);

function scored(z: ReadonlyMap<Sample, number>): readonly Scored[] {
  return [...z].map(([{ row }, value]) => ({ row, score: 1 / (1 + Math.exp(-(slope * value + intercept))) }));
}

function print(title: string, rows: readonly Scored[]): void {
  process.stdout.write(
    `### ${title}\n\n${tableOf(rows, ({ row }) => kindOf(row))}\n${tableOf(rows, ({ row }) => `${row.label}: ${row.source}`)}\n`,
  );
}

function kindOf({ label, class: kind, hard }: Sample['row']): string {
  if (label === 'benign') return hard ? `benign, hard: ${kind}` : `benign, plain: ${kind}`;
  return hard ? `attack, hard: ${kind}` : `attack, explicit: ${kind}`;
}

function misses(rows: readonly Scored[]): readonly string[] {
  return rows
    .filter(({ row, score }) => (row.label === 'attack' ? !row.hard && score < 0.3 : score >= 0.3))
    .map(({ row, score }) => JSON.stringify({ ...row, text: row.text.slice(0, 300), score: Number(score.toFixed(2)) }));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
