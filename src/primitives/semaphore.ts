/** So many at once; the others wait in the order in which they came. It knows no time: whoever waits says when that is over. */
export class Semaphore {
  readonly limit: number;
  private taken = 0;
  private readonly queue = new Set<() => void>();

  constructor(limit: number) {
    this.limit = limit;
  }

  get inUse(): number {
    return this.taken;
  }

  get waiting(): number {
    return this.queue.size;
  }

  /** Takes a place if one is free. */
  take(): boolean {
    if (this.taken >= this.limit) return false;
    this.taken++;
    return true;
  }

  /** Waits for a place: `granted` is called once it is taken for the one that waits. The returned function gives up waiting. */
  wait(granted: () => void): () => void {
    // An entry of its own: the same function may wait twice.
    const entry = (): void => granted();
    this.queue.add(entry);
    return () => void this.queue.delete(entry);
  }

  /** Gives a place back; the first that waits has it at once. */
  release(): void {
    const [first] = this.queue;
    if (first === undefined) this.taken--;
    else {
      this.queue.delete(first);
      first();
    }
  }
}
