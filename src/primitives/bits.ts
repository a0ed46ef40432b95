/**
 * So many yes or no. Where most of a table is empty, these say of what: they fit into the nearest cache, and the table
 * does not.
 */
export class Bits {
  private readonly words: Int32Array;

  constructor(count: number) {
    this.words = new Int32Array((count + 31) >>> 5);
  }

  has(at: number): boolean {
    return ((this.words[at >>> 5]! >>> (at & 31)) & 1) === 1;
  }

  add(at: number): void {
    this.words[at >>> 5]! |= 1 << (at & 31);
  }

  delete(at: number): void {
    this.words[at >>> 5]! &= ~(1 << (at & 31));
  }

  clear(): void {
    this.words.fill(0);
  }
}
