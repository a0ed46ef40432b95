/**
 * A text on its way through something that changes it, piece by piece. What comes out does not depend on how the text
 * was cut: all pieces and the rest put together are the changed text.
 */
export interface TextFlow {
  /** Takes the next piece and returns what is final by now; `''` when nothing is. */
  feed(text: string): string;
  /** The text has ended: returns the rest. Nothing is fed afterwards. */
  flush(): string;
}

/** Sends a text through a flow in one. */
export function flowThrough(flow: TextFlow, text: string): string {
  return flow.feed(text) + flow.flush();
}
