import { isUtf8 } from 'node:buffer';

const BYTE_ORDER_MARK = '\ufeff';

/** Bytes to text, however they are cut; whatever is not UTF-8 is told, after the text before it was handed over. */
export class Utf8Reader {
  /** Made when a character is cut in two: it holds memory outside the heap, which makes every collection slower. */
  private decoder: TextDecoder | null = null;
  private started = false;
  private readonly onText: (text: string) => void;
  /** Bytes at the end of what was fed that the decoder may still hold back: a character begun. */
  private held: readonly number[] = [];

  constructor(onText: (text: string) => void) {
    this.onText = onText;
  }

  /** False when the bytes are no UTF-8; nothing may be fed after that. */
  feed(bytes: Uint8Array): boolean {
    if (this.decoder === null && isUtf8(bytes)) {
      const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
      const text = !this.started && whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(1) : whole;
      this.started ||= whole !== '';
      if (text !== '') this.onText(text);
      return true;
    }
    this.decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: this.started });
    let text: string;
    try {
      text = this.decoder.decode(bytes, { stream: true });
    } catch {
      this.onText(this.validPart(bytes));
      return false;
    }
    this.held = begun([...this.held, ...bytes.subarray(-3)].slice(-3));
    if (text !== '') this.onText(text);
    return true;
  }

  /** The decoder gives a whole piece up for one bad byte: the piece is gone through again, byte by byte. */
  private validPart(bytes: Uint8Array): string {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let text = '';
    try {
      text += decoder.decode(Uint8Array.from(this.held), { stream: true });
      for (let i = 0; i < bytes.length; i++) text += decoder.decode(bytes.subarray(i, i + 1), { stream: true });
    } catch {
      // That is the byte.
    }
    return text;
  }
}

/** The last bytes, from the first of a character that is not complete; empty when none is. */
function begun(tail: readonly number[]): readonly number[] {
  for (let at = tail.length - 1; at >= 0; at--) {
    const byte = tail[at]!;
    if (byte < 0x80) return [];
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return tail.length - at < length ? tail.slice(at) : [];
  }
  return [];
}
