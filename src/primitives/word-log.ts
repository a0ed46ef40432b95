/** Words of a chunk as a power of two; a record never reaches into the next one. */
const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;
/** Words in front of a record: its slot, and how many words it has. */
const HEAD = 2;
/** Fewer chunks are no reason to tidy up. */
const FEW = 8;
const NOWHERE = -1;

interface Chunk {
  readonly number: number;
  readonly words: Int32Array;
  /** Words that are taken, and those of them that are in use. */
  end: number;
  live: number;
}

/**
 * Records of whatever length by slot, outside the heap, where the collector neither moves nor marks them. They are written
 * one behind the other on a desk, which stays in the cache; once that is full, all of it moves into a chunk at once, where a
 * write each would wait for memory that nothing has touched for long. A chunk is used again once nothing in it is in use.
 * When half of all is not, what is left in the oldest chunk moves to the end (the log of Rosenblum and Ousterhout 1992).
 */
export class WordLog {
  /** Where the record that was opened or made last is. */
  words: Int32Array;
  /**
   * By slot, two words: number of the chunk, and the place in it; words of its record and its head. To look there instead
   * would be to wait for memory that nothing has touched for long.
   */
  private readonly slots: Int32Array;
  private readonly chunks: Chunk[] = [];
  /** In the order in which they were begun; the last one is written to. */
  private used: Chunk[] = [];
  private readonly free: Chunk[] = [];
  private current: Chunk;
  /**
   * What will be in the current chunk, once it is full, and a margin: a record may be put together where it will stand, and
   * is known to fit or not when it is made.
   */
  readonly desk: Int32Array<ArrayBuffer>;
  private readonly sheet: Int32Array<ArrayBuffer>;
  private live = 0;
  private tidying = false;

  /**
   * @param slots how many records there are at the most, numbered from 0
   * @param margin words behind the desk, for what may turn out to be too long for what is left of it
   */
  constructor(slots: number, margin = 0) {
    this.desk = new Int32Array(CHUNK + margin);
    this.sheet = this.desk.subarray(0, CHUNK);
    this.slots = new Int32Array(slots * 2).fill(NOWHERE);
    this.current = this.begin();
    this.words = this.desk;
  }

  /** Words that all records take together, used or not. */
  get size(): number {
    return this.chunks.length * CHUNK;
  }

  /** Where on the desk the next record begins, if it fits. */
  get tail(): number {
    return this.current.end + HEAD;
  }

  /** Whether one that begins there may end in front of this word. */
  fits(end: number): boolean {
    return end <= CHUNK;
  }

  /** Makes room for the record of a slot, in place of the one it has, and returns where in `words` it begins. At most 16,000 words. */
  make(slot: number, size: number): number {
    const taken = size + HEAD;
    while (this.current.end + taken > CHUNK) this.advance();
    const { current, desk } = this;
    const at = current.end;
    desk[at] = slot;
    desk[at + 1] = size;
    current.end += taken;
    current.live += taken;
    this.live += taken;
    this.leave(slot);
    this.slots[slot * 2] = (current.number << CHUNK_BITS) | at;
    this.slots[slot * 2 + 1] = taken;
    this.words = desk;
    return at + HEAD;
  }

  /** Where in `words` the record of a slot begins; it has one. */
  open(slot: number): number {
    const place = this.slots[slot * 2]!;
    const chunk = this.chunks[place >> CHUNK_BITS]!;
    this.words = chunk === this.current ? this.desk : chunk.words;
    return (place & (CHUNK - 1)) + HEAD;
  }

  /** Forgets the record of a slot, if it has one. */
  drop(slot: number): void {
    this.leave(slot);
    this.slots[slot * 2] = NOWHERE;
  }

  /** Forgets everything, and lets go of the memory. */
  clear(): void {
    this.slots.fill(NOWHERE);
    this.chunks.length = 0;
    this.used = [];
    this.free.length = 0;
    this.live = 0;
    this.current = this.begin();
    this.words = this.desk;
  }

  private leave(slot: number): void {
    const place = this.slots[slot * 2]!;
    if (place === NOWHERE) return;
    const chunk = this.chunks[place >> CHUNK_BITS]!;
    const taken = this.slots[slot * 2 + 1]!;
    chunk.live -= taken;
    this.live -= taken;
    if (chunk.live === 0 && chunk !== this.current) this.release(chunk);
  }

  private release(chunk: Chunk): void {
    this.used.splice(this.used.indexOf(chunk), 1);
    this.free.push(chunk);
  }

  private begin(): Chunk {
    let chunk = this.free.pop();
    if (chunk === undefined) {
      chunk = { number: this.chunks.length, words: new Int32Array(CHUNK), end: 0, live: 0 };
      this.chunks.push(chunk);
    }
    chunk.end = 0;
    this.used.push(chunk);
    return chunk;
  }

  private advance(): void {
    const full = this.current;
    full.words.set(this.sheet);
    this.current = this.begin();
    if (full.live === 0) this.release(full);
    if (this.tidying || this.used.length < FEW || this.used.length * CHUNK < this.live * 2) return;
    this.tidying = true;
    this.moveOut(this.used[0]!);
    this.tidying = false;
  }

  private moveOut({ number, words, end }: Chunk): void {
    for (let at = 0; at < end; ) {
      const slot = words[at]!;
      const size = words[at + 1]!;
      at += HEAD;
      if (this.slots[slot * 2] === ((number << CHUNK_BITS) | (at - HEAD))) {
        const to = this.make(slot, size);
        this.words.set(words.subarray(at, at + size), to);
      }
      at += size;
    }
  }
}
