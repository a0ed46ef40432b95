import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CELL } from '../../src/admission/guard/cells.ts';
import { Folded } from '../../src/admission/guard/fold.ts';
import { hashNgrams, PER_POSITION } from '../../src/admission/guard/ngrams.ts';
import type { Match } from '../../src/admission/guard/phrases.ts';
import { Reader } from '../../src/admission/guard/reader.ts';
import type { Threat } from '../../src/admission/guard/verdict.ts';

/** One labelled text of the development data. */
export interface Row {
  readonly text: string;
  readonly label: 'attack' | 'benign';
  readonly class: string;
  readonly hard: boolean;
  readonly source: string;
  readonly licence: string;
}

/** A row as the model sees it. */
export interface Sample {
  readonly row: Row;
  readonly attack: boolean;
  readonly threat: Threat | null;
  readonly length: number;
  /** Buckets of each cell, each of them once. */
  readonly cells: readonly Int32Array[];
  /** Of those, the ones of words and pairs of words. */
  readonly wordCells: readonly Int32Array[];
  readonly matches: readonly Match[];
  /** Hashes of its runs of five words: rows that share many of them are variants of one another. */
  readonly runs: ReadonlySet<string>;
}

/** Harmless texts that look like attacks, and attacks close to them: learnt with the others, never counted among them. */
export const LOOK_ALIKES = fileURLToPath(new URL('look-alikes.jsonl', import.meta.url));

/** Reads the rows of an NDJSON file. */
export function readRows(path: string): readonly Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** Folds and hashes rows the way the guard does. */
export function sampleRows(rows: readonly Row[]): readonly Sample[] {
  const reader = new Reader();
  const view = new Folded(0);
  return rows.map((row) => {
    reader.folder.fold(row.text, 0, row.text.length, view);
    const matches = reader.matches(view, row.text);
    const buckets = new Int32Array(view.length * PER_POSITION);
    hashNgrams(view.codes, view.length, buckets);
    const count = Math.ceil(view.length / CELL);
    const cell = (at: number): Int32Array =>
      buckets.subarray(at * CELL * PER_POSITION, Math.min(view.length, (at + 1) * CELL) * PER_POSITION);
    const cells = Array.from({ length: count }, (_, at) =>
      Int32Array.from(new Set(cell(at).filter((bucket) => bucket !== 0))),
    );
    const wordCells = Array.from({ length: count }, (_, at) =>
      cell(at).filter((bucket, index) => bucket !== 0 && index % PER_POSITION >= 2),
    );
    const attack = row.label === 'attack';
    return {
      row,
      attack,
      threat: attack ? (row.class as Threat) : null,
      length: view.length,
      cells,
      wordCells,
      matches,
      runs: runsOf(folded(view)),
    };
  });
}

const folded = (view: Folded): string => {
  let text = '';
  for (let at = 0; at < view.length; at++) text += String.fromCharCode(view.codes[at]!);
  return text;
};

function runsOf(text: string): ReadonlySet<string> {
  const words = text.trim().split(' ');
  const runs = new Set<string>();
  for (let at = 0; at + 5 <= words.length; at++) runs.add(words.slice(at, at + 5).join(' '));
  return runs.size > 0 ? runs : new Set([words.join(' ')]);
}
