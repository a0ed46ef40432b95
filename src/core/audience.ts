import type { Aside } from './native.ts';
import type { TextFlow } from './text-flow.ts';

/** Those who get a text piece by piece. One that throws is not called again; the others never notice. */
export class Audience {
  /** What the text passes on its way; null when nothing changes it. */
  shape: TextFlow | null = null;
  /** The text as the provider said it; null while it is the same. */
  said: string | null = null;
  /** What listeners threw, one entry each. */
  readonly faults: unknown[] = [];
  /** Gets the pieces that are not text, and says whether anybody heard; null while nobody wants them. */
  onAside: ((piece: Aside) => boolean) | null = null;
  /** Somebody wants, or wanted, the pieces as they come. */
  eager = false;
  /** Somebody has heard one. */
  heardAside = false;
  private listeners: ReadonlyArray<(text: string) => void> = [];

  /** The returned function takes the listener off again. */
  add(listener: (text: string) => void): () => void {
    const entry = (text: string): void => listener(text);
    this.listeners = [...this.listeners, entry];
    return () => this.remove(entry);
  }

  /** Hands a piece to everybody who listened when it arrived. */
  tell(text: string): void {
    for (const listener of this.listeners) {
      try {
        listener(text);
      } catch (thrown) {
        this.faults.push(thrown);
        this.remove(listener);
      }
    }
  }

  /** Hands over a piece that is not text. */
  tellAside(piece: Aside): boolean {
    if (this.onAside === null) return false;
    try {
      if (!this.onAside(piece)) return false;
    } catch (thrown) {
      this.faults.push(thrown);
      this.onAside = null;
    }
    this.heardAside = true;
    return true;
  }

  private remove(listener: (text: string) => void): void {
    this.listeners = this.listeners.filter((other) => other !== listener);
  }
}
