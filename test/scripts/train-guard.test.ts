import { expect, test } from 'vitest';
import { calibrate, unseenZ } from '../../scripts/guard/calibrate.ts';
import { topWindow, train } from '../../scripts/guard/fit.ts';
import { byPhrase, bySource } from '../../scripts/guard/folds.ts';
import { type Row, sampleRows } from '../../scripts/guard/samples.ts';

const HEADS = [
  'Kindly zap the frobnicator',
  'Please do zap every gadget',
  'Would you zap all of it',
  'Go on and zap things',
];
const TAILS = [
  'before the bell rings at noon',
  'while nobody is in the hall',
  'until the lamp goes out',
  'as soon as rain falls',
];
const CALM = ['Water the roses', 'Feed the old cat', 'Read a long book', 'Paint the garden fence'];

const row = (text: string, attack: boolean, source: string): Row => ({
  text,
  label: attack ? 'attack' : 'benign',
  class: attack ? 'instruction_override' : 'plain_query',
  hard: false,
  source,
  licence: 'CC0-1.0',
});

const made = (heads: readonly string[], attack: boolean, source: string): Row[] =>
  heads.flatMap((head) => TAILS.map((tail) => row(`${head} ${tail}.`, attack, source)));

const samples = sampleRows([
  ...made(HEADS, true, 'authored'),
  ...made(CALM, false, 'authored'),
  ...made(CALM, false, 'other'),
]);

test('learns what tells attacks from the rest, though both end alike', () => {
  const model = train(samples);
  const [unseen] = sampleRows([row('Perhaps zap the whole shelf today.', true, 'x')]);
  const [calm] = sampleRows([row('Perhaps read the whole shelf today.', false, 'x')]);
  expect(topWindow(unseen!, model).z).toBeGreaterThan(topWindow(calm!, model).z);
});

test('the same rows give the same weights', () => {
  expect(train(samples).weights).toEqual(train(samples).weights);
});

test('by phrase: every row is tested once, by a model that has seen none of its phrases', () => {
  const folds = byPhrase(samples);
  const all = folds.flatMap(({ test: tested }) => tested);
  expect([all.length, new Set(all).size]).toEqual([samples.length, samples.length]);
  for (const { train: trained, test: tested } of folds) {
    const runs = new Set(tested.flatMap((sample) => [...sample.runs]));
    for (const sample of trained) {
      const shared = [...sample.runs].filter((run) => runs.has(run)).length;
      if (sample.row.source === 'authored') expect(shared).toBe(0);
      else expect(shared).toBeLessThan(sample.runs.size / 2);
    }
  }
});

test('by source: a source is tested by a model that has seen none of it', () => {
  const folds = bySource(samples);
  expect(folds.map(({ name }) => name)).toEqual(['attack authored', 'benign authored', 'benign other']);
  for (const { train: trained, test: tested } of folds) {
    expect(trained.length + tested.length).toBe(samples.length);
    expect(trained.filter((sample) => tested.includes(sample))).toEqual([]);
  }
});

test('the score of a text that reaches the threshold of blocking is above that of flagging', () => {
  const hard = sampleRows(made(['Zap is a funny word', 'What does zap mean'], false, 'authored')).map((sample) => ({
    ...sample,
    row: { ...sample.row, hard: true },
  }));
  const { slope } = calibrate(unseenZ(byPhrase([...samples, ...hard])));
  expect(slope).toBeGreaterThan(0);
});
