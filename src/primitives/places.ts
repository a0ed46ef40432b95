/**
 * Things that come and go, each at a place of its own: coming and going is one access to an array, and nothing is kept of
 * what has left.
 *
 * A `Set` that lives long and changes all the time keeps more than that. Each time it has filled up it moves to a new table
 * and leaves the old one, with what was in it and the way to the next, to the garbage collector; once one of them has become
 * old, all that follow live until the next full collection, with everything that was ever in them.
 */
export class Places<Item> implements Iterable<Item> {
  private readonly items: (Item | undefined)[] = [];
  private readonly free: number[] = [];

  get size(): number {
    return this.items.length - this.free.length;
  }

  /** Returns the place, which takes it out again. */
  add(item: Item): number {
    const place = this.free.pop() ?? this.items.length;
    this.items[place] = item;
    return place;
  }

  /** Empties a place; harmless when that was done. Whoever comes next may get it. */
  delete(place: number): void {
    if (this.items[place] === undefined) return;
    this.items[place] = undefined;
    this.free.push(place);
  }

  /** In no order that means anything; what leaves meanwhile does not come. */
  *[Symbol.iterator](): Generator<Item, void, void> {
    for (let place = 0; place < this.items.length; place++) {
      const item = this.items[place];
      if (item !== undefined) yield item;
    }
  }
}
