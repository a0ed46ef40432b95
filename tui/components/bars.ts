const RISING = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const FILLING = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;
/** Where there was nothing to measure. */
const EMPTY = '·';

/** One cell that fills from left to right: the share of a queue that is taken; blank only when none is. */
export function gauge(share: number): string {
  if (share <= 0) return ' ';
  return FILLING[Math.min(Math.floor(share * FILLING.length), FILLING.length - 1)]!;
}

/**
 * The latest values, one a column, as high as the largest that is shown; `height` rows, top first. The smallest value
 * above nothing is one eighth high, so that it can be told from nothing.
 * @param least what the whole height stands for at least: noise far below it is not to look like a mountain
 */
export function chart(values: readonly number[], width: number, height: number, least = 0): readonly string[] {
  const shown = values.slice(-width);
  const most = Math.max(...shown, least);
  const steps = height * RISING.length;
  const eighths = shown.map((value) => (value <= 0 ? 0 : Math.max(Math.round((value / most) * steps), 1)));
  const rows = Array.from({ length: height }, (_, fromTop) => {
    const floor = (height - 1 - fromTop) * RISING.length;
    return eighths
      .map((high) => cell(high, floor))
      .join('')
      .padStart(width);
  });
  return rows;
}

/** A chart of one row. */
export function sparkline(values: readonly number[], width: number, least = 0): string {
  return chart(values, width, 1, least)[0]!;
}

function cell(high: number, floor: number): string {
  if (high === 0 && floor === 0) return EMPTY;
  if (high <= floor) return ' ';
  return RISING[Math.min(high - floor, RISING.length) - 1]!;
}
