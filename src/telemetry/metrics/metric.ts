import type { Snapshot } from '../snapshot.ts';

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [value: number, labels?: Labels];

/** One metric as data: how it is called, and how the snapshot gives its samples. */
export interface EngineMetric {
  readonly name: string;
  readonly help: string;
  /** `summary`: quantiles that are measured here, not added up there. */
  readonly kind: 'counter' | 'gauge' | 'summary';
  readonly labels?: readonly string[];
  readonly read: (snapshot: Snapshot) => readonly Sample[];
}

export const SECOND_MS = 1000;

const QUANTILES = [
  ['0.5', 'p50_ms'],
  ['0.95', 'p95_ms'],
  ['0.99', 'p99_ms'],
] as const;

type Latency = Readonly<Record<(typeof QUANTILES)[number][1], number>>;

/** The percentiles of a latency, in seconds. */
export const quantiles = (latency: Latency, labels: Labels = {}): readonly Sample[] =>
  QUANTILES.map(([quantile, field]) => [latency[field] / SECOND_MS, { ...labels, quantile }]);

/** Samples of a part of the snapshot; none while that part is absent. */
export const ifThere =
  <Part>(part: (snapshot: Snapshot) => Part | undefined, read: (part: Part) => readonly Sample[]) =>
  (snapshot: Snapshot): readonly Sample[] => {
    const found = part(snapshot);
    return found === undefined ? [] : read(found);
  };

/** One sample for each entry of a record, labelled with its name. */
export const each = <Value>(
  record: Readonly<Record<string, Value>>,
  label: string,
  read: (value: Value) => number,
): readonly Sample[] => Object.entries(record).map(([name, value]) => [read(value), { [label]: name }]);
