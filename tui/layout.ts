import { BANDS, type Shown } from './panel.ts';

export interface Cell {
  readonly shown: Pick<Shown, 'title' | 'lines'>;
  /** Cells between its borders. */
  readonly width: number;
}

/** A cell whose panel can still say what it is and what height it needs. */
interface Placed extends Cell {
  readonly shown: Shown;
}

/** A row of such cells. */
interface Arranged extends Row {
  readonly cells: readonly Placed[];
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Lines between its borders. */
  readonly height: number;
}

/** Between a border and the text. */
export const MARGIN = 1;

/**
 * Places panels in rows, band by band: as many beside each other as have their least width, each row with a border
 * above it. When the lines don't suffice, the panels of the lowest rank are left out; what remains goes round, a line
 * each, until every panel has what it can use, and then to those that can always use more.
 * @param width of the whole, both outer borders included
 * @param height without the last border
 */
export function arrange(panels: readonly Shown[], width: number, height: number): readonly Arranged[] {
  for (let shown = panels; shown.length > 0; shown = withoutLeast(shown)) {
    const rows = BANDS.flatMap((band) =>
      packed(
        shown.filter((one) => one.band === band),
        width,
      ),
    ).map((row) => ({ cells: row, ...heightOf(row) }));
    const rest = height - rows.reduce((sum, { least }) => sum + 1 + least, 0);
    if (rest >= 0) return shared(rows, rest);
  }
  return [];
}

function withoutLeast(shown: readonly Shown[]): readonly Shown[] {
  const least = Math.min(...shown.map(({ rank }) => rank));
  const at = shown.findLastIndex(({ rank }) => rank === least);
  return shown.toSpliced(at, 1);
}

/** The panels of one band, in as few rows as their least widths allow. */
function packed(panels: readonly Shown[], width: number): readonly (readonly Placed[])[] {
  const needs = (row: readonly Shown[]): number => row.reduce((sum, one) => sum + wide(one) + 1, 1);
  const rows: Shown[][] = [];
  for (const one of panels) {
    const last = rows.at(-1);
    if (last !== undefined && needs([...last, one]) <= width) last.push(one);
    else rows.push([one]);
  }
  return rows.map((row) => widths(row, width - row.length - 1));
}

const wide = ({ minWidth }: Shown): number => minWidth + 2 * MARGIN;

/** Every panel its least width, and of the rest its share. */
function widths(row: readonly Shown[], width: number): readonly Placed[] {
  const rest = width - row.reduce((sum, one) => sum + wide(one), 0);
  const shares = row.reduce((sum, { share }) => sum + share, 0);
  let given = 0;
  let taken = 0;
  return row.map((shown) => {
    taken += shown.share;
    const upTo = Math.floor((rest * taken) / shares);
    const cell = { shown, width: wide(shown) + upTo - given };
    given = upTo;
    return cell;
  });
}

function heightOf(row: readonly Placed[]): { readonly least: number; readonly most: number } {
  const heights = row.map(({ shown, width }) => shown.height(width - 2 * MARGIN));
  return { least: Math.max(...heights.map(({ least }) => least)), most: Math.max(...heights.map(({ most }) => most)) };
}

function shared(
  rows: readonly { readonly cells: readonly Placed[]; readonly least: number; readonly most: number }[],
  rest: number,
): readonly Arranged[] {
  const heights = rows.map(({ least }) => least);
  const more = (at: number): void => {
    heights[at]!++;
    rest--;
  };
  // While somebody has a wish that can be met, everybody gets a line a round.
  while (rest > 0 && rows.some(({ most }, at) => most !== Infinity && heights[at]! < most)) {
    for (const [at, { most }] of rows.entries()) if (rest > 0 && heights[at]! < most) more(at);
  }
  const hungry = rows.findLastIndex(({ most }) => most === Infinity);
  if (rest > 0 && rows.length > 0) heights[hungry === -1 ? rows.length - 1 : hungry]! += rest;
  return rows.map(({ cells }, at) => ({ cells, height: heights[at]! }));
}
