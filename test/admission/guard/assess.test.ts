import { describe, expect, test } from 'vitest';
import { Assessor, evidenceIn, firstMatches } from '../../../src/admission/guard/assess.ts';
import { CELL, CELLS } from '../../../src/admission/guard/cells.ts';
import { Folded, Folder } from '../../../src/admission/guard/fold.ts';
import { KIND_BUCKETS, type LinearModel } from '../../../src/admission/guard/model.ts';
import { BUCKETS } from '../../../src/admission/guard/ngrams.ts';
import type { Match } from '../../../src/admission/guard/phrases.ts';
import type { Rule } from '../../../src/admission/guard/rules.ts';
import { THREATS, type Threat } from '../../../src/admission/guard/verdict.ts';

const WINDOW = CELL * CELLS;
const folder = new Folder();

/** So many characters of plain text, the spaces at its ends counted. */
function textOf(length: number, character = 'a'): Folded {
  const view = new Folded(0);
  const text = character.repeat(length - 2);
  folder.fold(text, 0, text.length, view);
  return view;
}

const rule = (name: string, weight: number, threat: Threat = 'indirect'): Rule => ({
  ...{ name, weight, threat, steps: [], gap: 0 },
});
const at = (rule: Rule, end: number, start = end - 4): Match => ({ rule, start, end });
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

/** Of one weight for every n-gram. */
const model = (weight: number, bias = 0): LinearModel => ({
  calibration: { slope: 2, intercept: 0.5, bias },
  scale: 1,
  weights: new Int8Array(BUCKETS).fill(weight),
  kindScale: 1,
  kindBias: THREATS.map((_, kind) => kind),
  kindWeights: new Int8Array(THREATS.length * KIND_BUCKETS),
});

const plain = new Assessor(null);
const assess = (length: number, matches: readonly Match[], hidden = false) =>
  plain.assess(textOf(length), matches, hidden, true);

describe('by rules alone', () => {
  test('nothing found is next to nothing, and is the beginning of the text', () => {
    const short = assess(100, []);
    expect(short).toMatchObject({ rules: [], start: 0, end: 100, model: 0 });
    expect(short.score).toBeCloseTo(logistic(-4), 12);
    expect(Object.values(short.kinds)).toEqual(THREATS.map(() => 0));
    expect(assess(1000, []).end).toBe(WINDOW);
  });

  test('what rules weigh adds up, each of them once, and each for its threat', () => {
    const [strong, weak] = [rule('strong', 3), rule('weak', 1, 'credential_fishing')];
    const found = assess(200, [at(weak, 10), at(strong, 30), at(strong, 40), at(weak, 50)]);
    expect(found.score).toBeCloseTo(logistic(3 + 1 - 4), 12);
    expect(found.rules).toEqual([strong, weak]);
    expect(found.kinds).toMatchObject({ indirect: 3, credential_fishing: 1, role_play_jailbreak: 0 });
    // The strongest one's first words.
    expect([found.start, found.end]).toEqual([26, 30]);
  });

  test('there is an end to what many of them say', () => {
    const many = Array.from({ length: 5 }, (_, i) => at(rule(`r${i}`, 3), 10 + i));
    expect(assess(100, many).score).toBeCloseTo(logistic(12 - 4), 12);
  });

  test('whatever is found in hidden text weighs more; nothing found does not, and neither does what speaks for it', () => {
    expect(assess(100, [at(rule('r', 3), 10)], true).score).toBeCloseTo(logistic(3 + 2 - 4), 12);
    expect(assess(100, [], true).score).toBeCloseTo(logistic(-4), 12);
    expect(assess(100, [at(rule('harmless', -3), 10)], true).score).toBeCloseTo(logistic(-3 - 4), 12);
  });

  test('only rules of one window count together: the one in which they weigh most', () => {
    const [early, late, later] = [rule('early', 3), rule('late', 2), rule('later', 2)];
    const far = 3 * WINDOW;
    const found = assess(2000, [at(early, 10), at(late, far), at(later, far + 20)]);
    expect(found.score).toBeCloseTo(logistic(4 - 4), 12);
    expect(found.rules).toEqual([late, later]);
    const near = assess(2000, [at(early, 10), at(late, WINDOW - 10)]);
    expect(near.rules).toEqual([early, late]);
  });

  test('of windows that weigh the same it is the first', () => {
    const found = assess(2000, [at(rule('one', 2), 10), at(rule('two', 2), 1500)]);
    expect(found.rules.map(({ name }) => name)).toEqual(['one']);
  });

  test('the last characters of a text are in a window, too', () => {
    const last = rule('last', 5);
    expect(assess(2000, [at(last, 2000)]).rules).toEqual([last]);
    expect(assess(10 * CELL, [at(last, 10 * CELL)]).rules).toEqual([last]);
    expect(assess(10 * CELL + 1, [at(last, 10 * CELL + 1)]).rules).toEqual([last]);
  });
});

describe('with a model', () => {
  test('its weight of a window is by the root of its length, and calibrated', () => {
    const view = textOf(64);
    const { model: z, score } = new Assessor(model(1, -1)).assess(view, [], false, true);
    // Each n-gram counts once: of one letter there are three of four characters, three of five, and no word more.
    expect(z).toBeGreaterThan(-1);
    expect(score).toBeCloseTo(logistic(2 * z + 0.5), 12);
    const twice = new Assessor(model(2, -1)).assess(view, [], false, true).model;
    expect(twice + 1).toBeCloseTo(2 * (z + 1), 12);
    const longer = new Assessor(model(1, -1)).assess(textOf(256), [], false, true);
    expect(longer.end).toBe(256);
  });

  test('a text that ends early counts as 32 characters', () => {
    const of = (length: number) => new Assessor(model(1)).assess(textOf(length), [], false, true).model;
    expect(of(10) * Math.sqrt(32)).toBeCloseTo(Math.round(of(10) * Math.sqrt(32)), 9);
    expect(of(40) * Math.sqrt(40)).toBeCloseTo(Math.round(of(40) * Math.sqrt(40)), 9);
  });

  test('it has no say in what does not read as text, but for its bias', () => {
    const assessor = new Assessor(model(1, -1));
    const found = assessor.assess(textOf(100), [at(rule('r', 3), 10)], false, false);
    expect(found.score).toBeCloseTo(logistic(2 * (3 - 1) + 0.5), 12);
    expect(found.model).toBe(-1);
    expect(found.kinds).toMatchObject({ indirect: 3, instruction_override: 0 });
    const nothing = assessor.assess(textOf(100), [], false, false);
    expect(nothing.score).toBeCloseTo(logistic(2 * -1 + 0.5), 12);
    expect(nothing.model).toBe(-1);
  });

  test('it knows the kinds of what it reads, and rules add to them', () => {
    const { kinds } = new Assessor(model(1)).assess(textOf(100), [at(rule('r', 3), 10)], false, true);
    expect(THREATS.map((threat) => kinds[threat])).toEqual([0, 1, 2, 3, 4, 5 + 3]);
  });

  test('the window is the one that it finds worst, whatever was read before', () => {
    const weights = new Int8Array(BUCKETS);
    const assessor = new Assessor({ ...model(0), weights: weights.fill(1) });
    assessor.assess(textOf(3000, 'b'), [], false, true);
    // The varied words come late; one letter over and over says no more than once.
    const view = new Folded(0);
    const text = `${'a'.repeat(1000)} ${Array.from({ length: 60 }, (_, i) => `w${i * 7919}`).join(' ')}`;
    folder.fold(text, 0, text.length, view);
    const { start, end } = assessor.assess(view, [], false, true);
    expect(start % CELL).toBe(0);
    expect(start).toBeGreaterThanOrEqual(1000 - CELL);
    expect(end).toBe(Math.min(view.length, start + WINDOW));
  });
});

test('the first match of each cell is the first that ends in it or behind', () => {
  const r = rule('r', 1);
  const matches = [at(r, CELL), at(r, CELL + 1), at(r, 3 * CELL)];
  expect([...firstMatches(matches, 4)]).toEqual([0, 1, 2, 3, 3]);
  expect([...firstMatches([], 2)]).toEqual([0, 0, 0]);
});

test('the evidence of a window is that of the matches that end in it', () => {
  const matches = [at(rule('a', 1), CELL), at(rule('b', 2), WINDOW), at(rule('c', 4), WINDOW + 1)];
  const first = firstMatches(matches, CELLS + 2);
  expect([0, 1, 2].map((from) => evidenceIn(matches, first, from))).toEqual([3, 6, 6]);
});
