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
 * one behind the other, so that the processor has the next place ready before it is asked for; a chunk is used again once
 * nothing in it is in use. When half of all is not, what is left in the oldest chunk moves to the end (the log of
 * Rosenblum and Ousterhout 1992).
 */
export class WordLog {
  /** Where the record that was opened or made last is. */
  words: Int32Array;
  /** By slot: number of the chunk, and the place in it. */
  private readonly places: Int32Array;
  /** By slot: words of its record and its head. To look there instead would be to wait for memory that nothing has touched for long. */
  private readonly sizes: Int32Array;
  private readonly chunks: Chunk[] = [];
  /** In the order in which they were begun; the last one is written to. */
  private used: Chunk[] = [];
  private readonly free: Chunk[] = [];
  private current: Chunk;
  private live = 0;
  private tidying = false;

  /** @param slots how many records there are at the most, numbered from 0 */
  constructor(slots: number) {
    this.places = new Int32Array(slots).fill(NOWHERE);
    this.sizes = new Int32Array(slots);
    this.current = this.begin();
    this.words = this.current.words;
  }

  /** Words that all records take together, used or not. */
  get size(): number {
    return this.chunks.length * CHUNK;
  }

  /** Makes room for the record of a slot, in place of the one it has, and returns where in `words` it begins. At most 16,000 words. */
  make(slot: number, size: number): number {
    const taken = size + HEAD;
    while (this.current.end + taken > CHUNK) this.advance();
    const { current } = this;
    const at = current.end;
    current.words[at] = slot;
    current.words[at + 1] = size;
    current.end += taken;
    current.live += taken;
    this.live += taken;
    this.leave(slot);
    this.places[slot] = (current.number << CHUNK_BITS) | at;
    this.sizes[slot] = taken;
    this.words = current.words;
    return at + HEAD;
  }

  /** Where in `words` the record of a slot begins; it has one. */
  open(slot: number): number {
    const place = this.places[slot]!;
    this.words = this.chunks[place >> CHUNK_BITS]!.words;
    return (place & (CHUNK - 1)) + HEAD;
  }

  /** Forgets the record of a slot, if it has one. */
  drop(slot: number): void {
    this.leave(slot);
    this.places[slot] = NOWHERE;
  }

  /** Forgets everything, and lets go of the memory. */
  clear(): void {
    this.places.fill(NOWHERE);
    this.chunks.length = 0;
    this.used = [];
    this.free.length = 0;
    this.live = 0;
    this.current = this.begin();
    this.words = this.current.words;
  }

  private leave(slot: number): void {
    const place = this.places[slot]!;
    if (place === NOWHERE) return;
    const chunk = this.chunks[place >> CHUNK_BITS]!;
    const taken = this.sizes[slot]!;
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
      if (this.places[slot] === ((number << CHUNK_BITS) | (at - HEAD))) {
        const to = this.make(slot, size);
        this.words.set(words.subarray(at, at + size), to);
      }
      at += size;
    }
  }
}
