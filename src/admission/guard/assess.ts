import { CELL, CELLS } from './cells.ts';
import type { Folded } from './fold.ts';
import { type LinearModel, Scale, SHORTEST_WINDOW, weighKinds } from './model.ts';
import { hashNgrams, PER_POSITION } from './ngrams.ts';
import type { Match } from './phrases.ts';
import { HIDDEN_WEIGHT, type Rule } from './rules.ts';
import { THREATS, type Threat } from './verdict.ts';

/** Several rules say more than one, but not without end. */
const MOST_EVIDENCE = 12;
/** Without a model: so that one strong rule blocks, one of middling weight flags and a weak one passes. */
const PRIOR = { slope: 1, intercept: -4, bias: 0 };

const NO_KINDS = Object.fromEntries(THREATS.map((threat) => [threat, 0])) as Readonly<Record<Threat, number>>;

/** The most suspicious window of one view of a text. */
export interface Assessment {
  readonly score: number;
  /** The rules that hold in it, strongest first. */
  readonly rules: readonly Rule[];
  /** For each threat how much speaks for it. */
  readonly kinds: Readonly<Record<Threat, number>>;
  /** The strongest rule's words, or else the whole window; indices into the folded text. */
  readonly start: number;
  readonly end: number;
  /** What the model alone adds. */
  readonly model: number;
}

/** The window with the highest z so far, by its first cell. */
interface Best {
  readonly z: number;
  readonly from: number;
  readonly model: number;
}

/** Judges folded texts window by window. A window's z is the model's plus what its rules weigh. */
export class Assessor {
  private readonly model: LinearModel | null;
  private readonly scale: Scale | null;
  private buckets = new Int32Array(0);

  constructor(model: LinearModel | null) {
    this.model = model;
    this.scale = model === null ? null : new Scale(model.weights);
  }

  /**
   * @param hidden whether somebody had hidden this text, which makes any rule weigh more
   * @param asText whether it reads as text, so that the model has a say
   */
  assess(view: Folded, matches: readonly Match[], hidden: boolean, asText: boolean): Assessment {
    const { length, codes } = view;
    const cells = Math.ceil(length / CELL);
    const sums = this.scale === null || !asText ? null : this.weighCells(this.scale, codes, length, cells);
    if (sums === null && matches.length === 0) return this.nothing(length);
    const first = firstMatches(matches, cells);
    let best: Best = { z: Number.NEGATIVE_INFINITY, from: 0, model: 0 };
    for (let from = 0; from <= Math.max(0, cells - CELLS); from++) {
      const evidence = evidenceIn(matches, first, from);
      const hiding = hidden && evidence > 0 ? HIDDEN_WEIGHT : 0;
      const model = this.modelZ(sums, from, length);
      const z = evidence + hiding + model;
      if (z > best.z) best = { z, from, model };
    }
    return this.describe(view, matches, first, best, sums !== null);
  }

  /** No rule, and no word of the model: every window is like the first. */
  nothing(length: number): Assessment {
    const { slope, intercept, bias } = this.model?.calibration ?? PRIOR;
    const score = logistic(slope * bias + intercept);
    return { score, rules: [], kinds: NO_KINDS, start: 0, end: Math.min(length, CELLS * CELL), model: bias };
  }

  /** What each cell weighs by the model. */
  private weighCells(scale: Scale, codes: Uint16Array, length: number, cells: number): Float64Array {
    if (this.buckets.length < length * PER_POSITION) this.buckets = new Int32Array(length * PER_POSITION);
    hashNgrams(codes, length, this.buckets);
    const sums = new Float64Array(cells);
    for (let cell = 0; cell < cells; cell++) {
      sums[cell] = scale.weigh(this.buckets, cell * CELL, Math.min(length, (cell + 1) * CELL));
    }
    return sums;
  }

  private modelZ(sums: Float64Array | null, from: number, length: number): number {
    if (this.model === null) return 0;
    const { scale, calibration } = this.model;
    if (sums === null) return calibration.bias;
    let sum = 0;
    for (let cell = from; cell < from + CELLS && cell < sums.length; cell++) sum += sums[cell]!;
    const size = Math.min(length, (from + CELLS) * CELL) - from * CELL;
    return (sum * scale) / Math.sqrt(Math.max(size, SHORTEST_WINDOW)) + calibration.bias;
  }

  private describe(
    view: Folded,
    matches: readonly Match[],
    first: Int32Array,
    best: Best,
    weighed: boolean,
  ): Assessment {
    const { slope, intercept } = this.model?.calibration ?? PRIOR;
    const start = best.from * CELL;
    const end = Math.min(view.length, start + CELLS * CELL);
    const strongest = new Map<Rule, Match>();
    for (const match of inWindow(matches, first, best.from)) {
      if (!strongest.has(match.rule)) strongest.set(match.rule, match);
    }
    const found = [...strongest.values()].sort((a, b) => b.rule.weight - a.rule.weight);
    const kinds = this.model === null || !weighed ? [] : weighKinds(this.model, this.buckets, start, end);
    const forThreat = THREATS.map((threat, at) => {
      const weights = found.filter(({ rule }) => rule.threat === threat).map(({ rule }) => rule.weight);
      return [threat, weights.reduce((sum, weight) => sum + weight, kinds[at] ?? 0)] as const;
    });
    return {
      score: logistic(slope * best.z + intercept),
      rules: found.map(({ rule }) => rule),
      kinds: Object.fromEntries(forThreat) as Record<Threat, number>,
      start: found[0]?.start ?? start,
      end: found[0]?.end ?? end,
      model: best.model,
    };
  }
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

/** For each cell, and one more, the first match that ends in it or behind; matches come in order of their ends. */
export function firstMatches(matches: readonly Match[], cells: number): Int32Array {
  const first = new Int32Array(cells + 1);
  let at = 0;
  for (let cell = 0; cell <= cells; cell++) {
    while (at < matches.length && matches[at]!.end - 1 < cell * CELL) at++;
    first[cell] = at;
  }
  return first;
}

function* inWindow(matches: readonly Match[], first: Int32Array, from: number): Iterable<Match> {
  const to = first[Math.min(from + CELLS, first.length - 1)]!;
  for (let at = first[from]!; at < to; at++) yield matches[at]!;
}

/** What the rules of a window weigh together, each of them once. */
export function evidenceIn(matches: readonly Match[], first: Int32Array, from: number): number {
  const to = first[Math.min(from + CELLS, first.length - 1)]!;
  let sum = 0;
  const seen: Rule[] = [];
  for (let at = first[from]!; at < to; at++) {
    const { rule } = matches[at]!;
    if (seen.includes(rule)) continue;
    seen.push(rule);
    sum += rule.weight;
  }
  return Math.min(sum, MOST_EVIDENCE);
}
