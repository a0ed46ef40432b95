/** A finite automaton as a table: row of a state plus a symbol, where it leads; states are rows. */
export interface StateTable {
  readonly next: Uint16Array;
  /** The row of the state that it begins in, and of the one that is never left. */
  readonly start: number;
  readonly end: number;
}

/**
 * Tabulates an automaton that is written as a function, so that running it costs one look-up a symbol.
 * @param step where a symbol leads; null ends it for good
 * @param keyOf equal for states that are the same; there must be few of them: rows times symbols must fit into 16 bits
 */
export function tabulate<State, Symbol>(
  start: State,
  symbols: readonly Symbol[],
  step: (state: State, symbol: Symbol) => State | null,
  keyOf: (state: State) => number,
): StateTable {
  const width = symbols.length;
  // The end has the first row: it leads to itself, which is 0.
  const next: number[] = new Array<number>(width).fill(0);
  const rows = new Map([[keyOf(start), width]]);
  const order = [start];
  const rowOf = (state: State): number => {
    const key = keyOf(state);
    const known = rows.get(key);
    if (known !== undefined) return known;
    const row = order.push(state) * width;
    rows.set(key, row);
    return row;
  };
  for (const state of order) {
    for (const symbol of symbols) {
      const to = step(state, symbol);
      next.push(to === null ? 0 : rowOf(to));
    }
  }
  return { next: Uint16Array.from(next), start: width, end: 0 };
}
