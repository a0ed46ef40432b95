import { createParser } from 'eventsource-parser';
import { OrchestratorError } from '../../core/errors.ts';
import { CAPS } from './limits.ts';
import { Utf8Reader } from './text-decoder.ts';

/** How pieces of an answer are told apart. */
export type Framing = 'events' | 'lines';

const EVENT = 'event: ';
const DATA = 'data: ';
const LINE_FEED = 0x0a;

/** What came before the first event, for the message of an answer that is no event stream at all. */
const HEAD = 2048;

/** Bytes in, pieces of an answer out, the same however the bytes are cut. What it holds at once is bounded. */
export class PieceReader {
  /** The beginning of the text while no piece was found in it. */
  head = '';
  private found = false;
  private overflowed = false;
  private readonly who: string;
  private readonly text: Utf8Reader;
  /** Of lines: the one that has not ended. */
  private rest = '';
  private readonly told: (data: string, name: string | undefined) => void;

  /** @param onPiece data of an event and its name, or a line */
  constructor(framing: Framing, who: string, onPiece: (data: string, name: string | undefined) => void) {
    this.who = who;
    this.told = (data, name) => {
      this.found = true;
      // An event that came in a single piece never was in the parser's buffer.
      if (data.length > CAPS.eventBytes) this.overflowed = true;
      if (!this.overflowed) onPiece(data, name);
    };
    const feed = framing === 'events' ? this.events() : this.lines();
    this.text = new Utf8Reader((text) => {
      if (!this.found && this.head.length < HEAD) this.head += text.slice(0, HEAD - this.head.length);
      feed(text);
    });
  }

  /** The error for what is no UTF-8 or too large a piece; nothing may be fed after that. What came before it is told. */
  feed(bytes: Uint8Array): OrchestratorError | null {
    const valid = this.text.feed(bytes);
    if (this.overflowed) return this.fault(`sent an event of more than ${CAPS.eventBytes / 1024 / 1024} MiB`);
    return valid ? null : this.fault('sent bytes that are not UTF-8');
  }

  /** The body has ended as it should: so has its last line. An event without its empty line never was one. */
  end(): void {
    if (this.rest.trim() !== '') this.told(this.rest, undefined);
    this.rest = '';
  }

  private events(): (text: string) => void {
    const parser = createParser({
      maxBufferSize: CAPS.eventBytes,
      onEvent: ({ data, event }) => this.told(data, event),
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') this.overflowed = true;
      },
    });
    /** Between two events: the parser holds nothing. */
    let between = true;
    return (text) => {
      const from = between && !text.includes('\r') ? this.plainEvents(text) : 0;
      if (this.overflowed || from === text.length) return;
      const rest = from === 0 ? text : text.slice(from);
      between = rest.endsWith('\n\n');
      parser.feed(rest);
    };
  }

  /** Tells the events of a single line of data, with or without a name, which is what models send; returns where they end. */
  private plainEvents(text: string): number {
    for (let from = 0; ; ) {
      let name: string | undefined;
      let at = from;
      if (text.startsWith(EVENT, at)) {
        const end = text.indexOf('\n', at);
        name = text.slice(at + EVENT.length, end);
        at = end + 1;
        if (end < 0 || name === '') return from;
      }
      if (!text.startsWith(DATA, at)) return from;
      const end = text.indexOf('\n', at);
      if (end <= at + DATA.length || text.charCodeAt(end + 1) !== LINE_FEED) return from;
      this.told(text.slice(at + DATA.length, end), name);
      from = end + 2;
    }
  }

  /** Lines end with a line feed; vLLM before 0.6 ended them with NUL. */
  private lines(): (text: string) => void {
    return (text) => {
      const parts = (this.rest + text).split(/[\n\0]/);
      this.rest = parts.pop()!;
      for (const part of parts) if (part.trim() !== '') this.told(part, undefined);
      if (this.rest.length > CAPS.eventBytes) this.overflowed = true;
    };
  }

  private fault(what: string): OrchestratorError {
    return new OrchestratorError('provider_protocol', `Provider ${this.who} ${what}; what came before it is kept.`);
  }
}
