import { Buffer, isUtf8 } from 'node:buffer';
import { OrchestratorError } from '../../src/core/errors.ts';

/** One line of a batch, as it was read. */
export interface Line {
  /** From 1, blank and bad lines included. */
  readonly number: number;
  /** Null when the line is longer than the limit. */
  readonly text: string | null;
  /** The line as it came, without its line feed; null when it is longer than the limit. */
  readonly bytes: Buffer | null;
}

/** Longer lines are refused unread. */
export const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/** The text of a line; throws `request_invalid` for one that is too long or is not text. */
export function textOf({ text, bytes }: Line): string {
  if (text === null) throw new OrchestratorError('request_invalid', 'is longer than 16 MiB');
  if (bytes !== null && !isUtf8(bytes)) throw new OrchestratorError('request_invalid', 'is not UTF-8 text');
  return text;
}

/** Lines handed over at once, at the most: what a signal finds accepted and not begun is bounded by it. */
const MOST_LINES = 256;

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Cuts bytes into numbered lines and hands them over as they are completed, many at once. It counts every line and drops
 * none (the `ndjson` parser destroys its stream at a bad line, or skips it in silence); memory is bounded by the limit.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array | string>,
  limit: number = LONGEST_LINE_BYTES,
): AsyncGenerator<readonly Line[], void, void> {
  let number = 0;
  let parts: Buffer[] = [];
  let size = 0;

  const add = (part: Buffer): void => {
    size += part.length;
    if (size <= limit) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    number++;
    const bytes = size <= limit ? Buffer.concat(parts) : null;
    let text = bytes?.toString('utf8') ?? null;
    if (number === 1 && text?.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    if (text?.endsWith('\r')) text = text.slice(0, -1);
    parts = [];
    size = 0;
    return { number, text, bytes };
  };

  for await (const chunk of chunks) {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Line[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      add(bytes.subarray(from, at));
      lines.push(finish());
      from = at + 1;
    }
    if (from < bytes.length) add(bytes.subarray(from));
    for (let at = 0; at < lines.length; at += MOST_LINES) yield lines.slice(at, at + MOST_LINES);
  }
  if (size > 0) yield [finish()];
}
