/** Sessions whose last words are kept; the one that was silent longest goes first. */
const MOST_SESSIONS = 2048;
const LONGEST_TAIL = 256;

/** How the last turn of each session ended: an attack may be split over several. */
export class Tails {
  private readonly tails = new Map<string, string>();

  get(session: string): string {
    return this.tails.get(session) ?? '';
  }

  /** @param text what was said now; null after an attack, which is not to be held against the next turn, too */
  set(session: string, text: string | null): void {
    this.tails.delete(session);
    if (text === null) return;
    this.tails.set(session, text.slice(-LONGEST_TAIL));
    if (this.tails.size > MOST_SESSIONS) this.tails.delete(this.tails.keys().next().value!);
  }
}
