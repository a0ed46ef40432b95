import { OrchestratorError } from '../../src/core/errors.ts';

/** What was measured of one side of a comparison; numbers by name, with their unit at the end (`_ns`, `_kb`). */
export type Figures = Readonly<Record<string, number>>;

/** One figure of the performance table, as `--json` prints it. */
export interface Row {
  /** As in docs/performance.md: `P1`, `P2.c64`. */
  readonly id: string;
  readonly what: string;
  /** Null when it was skipped. */
  readonly value: number | null;
  readonly target: number;
  readonly better: 'higher' | 'lower';
  /** Whether the value meets the target; absent when it was skipped. */
  readonly pass?: boolean;
  /** Why there is no value. */
  readonly skipped?: string;
  readonly ours: Figures;
  readonly baseline: { readonly name: string; readonly [figure: string]: string | number };
  /** Independent repeats; the value is their median. */
  readonly samples: number;
  /** What reproduces the row. */
  readonly command: string;
  /** The same row of the run it is compared with, and this value over that one. */
  readonly compared?: { readonly value: number; readonly ratio: number };
}

/** A target of the performance table. */
export type Target = Pick<Row, 'id' | 'what' | 'target' | 'better'>;

/** What a measurement found for a target. */
export type Finding = Pick<Row, 'ours' | 'baseline' | 'samples'> & { readonly value: number };

export function rowOf(target: Target, finding: Finding, command: string): Row {
  const { id, what, better } = target;
  const value = Number(finding.value.toPrecision(4));
  const pass = better === 'higher' ? value >= target.target : value <= target.target;
  const { ours, baseline, samples } = finding;
  return { id, what, value, target: target.target, better, pass, ours, baseline, samples, command };
}

export function skippedRow(target: Target, why: string, command: string): Row {
  return { ...target, value: null, skipped: why, ours: {}, baseline: { name: 'skipped' }, samples: 0, command };
}

/** The rows among `ids` (or of all, for `all`) that miss their target; a skipped row misses nothing. */
export function missed(rows: readonly Row[], ids: readonly string[]): readonly Row[] {
  return rows.filter(({ id, pass }) => pass === false && (ids.includes('all') || ids.includes(id)));
}

/** The ids of `--fail-on P1,P4.echo` or `--fail-on all`; throws `usage` for one that the scenario has no row for. */
export function gatesOf(texts: readonly string[], known: readonly string[]): readonly string[] {
  const ids = texts.flatMap((text) => text.split(',')).map((id) => id.trim());
  for (const id of ids) {
    if (id !== 'all' && !known.includes(id)) {
      throw new OrchestratorError('usage', `--fail-on ${id}: name rows of the scenario (${known.join(', ')}) or all`);
    }
  }
  return ids;
}
