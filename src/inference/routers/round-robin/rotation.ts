/** One after the other, in a fixed order; who may not be chosen now is passed over. */
export class Rotation<Key> {
  private readonly order: readonly Key[];
  private last = -1;

  constructor(order: readonly Key[]) {
    this.order = order;
  }

  /** The next of `allowed`, of which there must be one. */
  pick(allowed: readonly Key[]): Key {
    for (let step = 1; step <= this.order.length; step++) {
      const at = (this.last + step) % this.order.length;
      const key = this.order[at]!;
      if (!allowed.includes(key)) continue;
      this.last = at;
      return key;
    }
    throw new RangeError('none of the allowed is in the rotation');
  }
}
