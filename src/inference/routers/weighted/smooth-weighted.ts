/**
 * Smooth weighted round-robin (nginx, `ngx_http_upstream_round_robin.c`): every key gains its weight, the richest is
 * chosen and pays what all gained. So 5, 1, 1 gives a a b a c a a and not a a a a a b c.
 */
export class SmoothWeighted<Key> {
  private readonly weightOf: (key: Key) => number;
  private readonly credit = new Map<Key, number>();

  /** @param weightOf above 0; it may change between two picks */
  constructor(weightOf: (key: Key) => number) {
    this.weightOf = weightOf;
  }

  /** The next of `allowed`, of which there must be one; the first wins a tie. Those that are not allowed stand still. */
  pick(allowed: readonly Key[]): Key {
    let richest: Key = allowed[0] as Key;
    let most = Number.NEGATIVE_INFINITY;
    let gained = 0;
    for (const key of allowed) {
      const weight = this.weightOf(key);
      const credit = (this.credit.get(key) ?? 0) + weight;
      this.credit.set(key, credit);
      gained += weight;
      if (credit > most) {
        most = credit;
        richest = key;
      }
    }
    this.credit.set(richest, most - gained);
    return richest;
  }
}
