import { createParser, type EventSourceParser } from 'eventsource-parser';
import { OrchestratorError } from '../../core/errors.ts';
import { CAPS } from './limits.ts';
import { Utf8Reader } from './text-decoder.ts';

/** How pieces of an answer are told apart. */
export type Framing = 'events' | 'lines';

const EVENT = 'event: ';
const DATA = 'data: ';
const END = '\n\n';
/** How a named or nameless event of a single line of data begins, wherever it is cut. */
const BEGUN =
  /^(?:e(?:v(?:e(?:n(?:t(?::(?: [^\n]*)?)?)?)?)?)?|(?:event: [^\n]+\n)?(?:d(?:a(?:t(?:a(?::(?: (?:[^\n]+\n?)?)?)?)?)?)?)?)$/;

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
  /** Of events: the one of a single line of data that has not ended. */
  private begun = '';
  /** What stands where the plain events end is no such event, nor the beginning of one. */
  private odd = false;
  private readonly told: (data: string, name: string | undefined) => void;
  private readonly run: ((events: string, from: number) => number) | null;

  /**
   * @param onPiece data of an event and its name, or a line
   * @param run takes many events at once, where it can; returns where what it took ends
   */
  constructor(
    framing: Framing,
    who: string,
    onPiece: (data: string, name: string | undefined) => void,
    run: ((events: string, from: number) => number) | null = null,
  ) {
    this.who = who;
    this.run = run;
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
    /** Made for what is odd: most streams need none. */
    let parser: EventSourceParser | null = null;
    const parse = (text: string): void => {
      parser ??= this.parser();
      parser.feed(text);
    };
    /** Between two events: the parser holds nothing. */
    let between = true;
    return (text) => {
      // Carriage returns end lines as well, in two ways: those are the parser's.
      if (text.includes('\r')) {
        parse(this.begun + text);
        this.begun = '';
        between = text.endsWith(END);
        return;
      }
      // Put together and not looked at: a long event may come byte by byte.
      if (this.begun !== '' && !text.includes('\n')) return this.keep(this.begun + text);
      let left = this.begun + text;
      this.begun = '';
      while (left !== '' && !this.overflowed) {
        if (between) {
          left = left.slice(this.plainEvents(left));
          if (!this.odd) return this.keep(left);
        }
        const end = left.indexOf(END);
        between = end >= 0;
        parse(between ? left.slice(0, end + END.length) : left);
        left = between ? left.slice(end + END.length) : '';
      }
    };
  }

  private parser(): EventSourceParser {
    return createParser({
      maxBufferSize: CAPS.eventBytes,
      onEvent: ({ data, event }) => this.told(data, event),
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') this.overflowed = true;
      },
    });
  }

  private keep(begun: string): void {
    this.begun = begun;
    if (begun.length > CAPS.eventBytes + EVENT.length) this.overflowed = true;
  }

  /**
   * Tells the events of a single line of data, with or without a name, which is what models send; returns where they end.
   * What stands there is the beginning of another, or `odd`.
   */
  private plainEvents(text: string): number {
    for (let from = 0; ; ) {
      if (this.run !== null) from = this.run(text, from);
      const end = text.indexOf(END, from);
      if (end < 0) {
        this.odd = !BEGUN.test(text.slice(from));
        return from;
      }
      const named = text.startsWith(EVENT, from);
      const data = named ? text.indexOf('\n', from) + 1 : from;
      const name = named ? text.slice(from + EVENT.length, data - 1) : undefined;
      const begin = data + DATA.length;
      this.odd = name === '' || begin >= end || !text.startsWith(DATA, data) || text.indexOf('\n', data) !== end;
      if (this.odd) return from;
      this.told(text.slice(begin, end), name);
      from = end + END.length;
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
