// Trains the guard's model on labelled rows and writes it to data/: `npx node scripts/train-guard.ts ROWS.jsonl`.
// The same rows give the same bytes.
import { writeFileSync } from 'node:fs';
import { encodeModel, type LinearModel } from '../src/admission/guard/model.ts';
import { calibrate, unseenZ } from './guard/calibrate.ts';
import { fitKinds, SETTINGS, train } from './guard/fit.ts';
import { bySource } from './guard/folds.ts';
import { LOOK_ALIKES, type Row, readRows, type Sample, sampleRows } from './guard/samples.ts';

const [, , path] = process.argv;
if (path === undefined) {
  process.stderr.write('usage: npx node scripts/train-guard.ts ROWS.jsonl\n');
  process.exit(2);
}
const rows = readRows(path);
const lookAlikes = readRows(LOOK_ALIKES);
const bytes = encodeModel(modelOf(sampleRows(rows), sampleRows(lookAlikes)));
writeFileSync(new URL('../data/guard-model.bin', import.meta.url), bytes);
writeFileSync(new URL('../data/guard-model.md', import.meta.url), sourcesOf([...rows, ...lookAlikes]));
process.stdout.write(`${rows.length + lookAlikes.length} rows, ${bytes.length} bytes\n`);

function modelOf(samples: readonly Sample[], always: readonly Sample[]): LinearModel {
  const all = [...samples, ...always];
  const model = train(all);
  const kinds = fitKinds(all, model);
  const { bytes: weights, scale } = quantised(model.weights);
  const { bytes: kindWeights, scale: kindScale } = quantised(kinds.weights);
  const { slope, intercept } = calibrate(unseenZ(bySource(samples, always)));
  return {
    calibration: { slope, intercept, bias: model.bias },
    scale,
    weights,
    kindScale,
    kindBias: kinds.bias,
    kindWeights,
  };
}

/** One byte a weight; the few beyond the largest thousandth are cut. */
function quantised(weights: Float64Array): { readonly bytes: Int8Array; readonly scale: number } {
  const sizes = [...weights]
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const scale = sizes[Math.floor((sizes.length - 1) * 0.999)]! / 127;
  return {
    bytes: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale)))),
    scale,
  };
}

function sourcesOf(all: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const { source, label, licence } of all) {
    const key = `| ${source} | ${label} | ${licence} |`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const table = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, count]) => `${key} ${count} |`);
  return `# guard-model.bin

The weights of the prompt guard's linear model: sums over hashed n-grams of the texts listed here, from which no text can
be read back. Made by \`node scripts/train-guard.ts ROWS.jsonl\` with seed ${SETTINGS.seed}; [docs/guard.md](../docs/guard.md) says how
well it does. The texts themselves are not part of this package. They were folded, cut into n-grams and hashed; nothing
else of them is kept. Thanks to their authors:

| source | label | licence | rows |
| --- | --- | --- | --- |
${table.join('\n')}

CLINC150: Larson et al. (clinc/oos-eval). Banking77: PolyAI (task-specific-datasets). GSM8K and HumanEval: OpenAI. IFEval:
Google Research. FastChat: LMSYS. JailbreakLLMs: TrustAIRLab. NotInject: leolee99/PIGuard. BIPIA: Microsoft. PurpleLlama: Meta.
PromptInject: Agency Enterprise.
`;
}
