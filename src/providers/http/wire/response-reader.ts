import { ChunkedBody } from './chunked-body.ts';
import { parseHead, type ResponseHead } from './response-head.ts';
import { WireFault } from './wire-fault.ts';

/** Largest head, in bytes. */
const HEAD_BYTES = 32 * 1024;
const HEAD_END = '\r\n\r\n';
const BEGIN = 'HTTP/1.';

/** Hears of an answer as it arrives. */
export interface Receiver {
  onHead(head: ResponseHead): void;
  /** Bytes of the body; they are others as soon as this returns. */
  onBody(bytes: Buffer): void;
  /** The answer has come to its end, and the connection is free. */
  onEnd(): void;
  /** There will be no more of it, or it is no HTTP. Nothing follows. */
  onLost(error: Error): void;
}

/**
 * The latest head that was read. Those of one server differ in nothing but their date, once a second, and in the length of
 * what follows: a head that was read before is not read again.
 */
export interface HeadMemo {
  text: string;
  head: ResponseHead | null;
}

/** Reads one answer off a connection. Throws a `WireFault` for what is none. */
export class ResponseReader {
  /** The answer has come to its end. */
  done = false;
  /** Null until the head was read. */
  head: ResponseHead | null = null;
  private readonly receiver: Receiver;
  private readonly memo: HeadMemo;
  /** The beginning of a head that came in pieces. */
  private begun: Buffer | null = null;
  /** Bytes of a body of known length that are still to come. */
  private left = 0;
  private chunks: ChunkedBody | null = null;

  constructor(receiver: Receiver, memo: HeadMemo) {
    this.receiver = receiver;
    this.memo = memo;
  }

  /** Takes what has arrived; returns where the answer ends in it, or its length. It may write into the bytes. */
  feed(bytes: Buffer): number {
    if (this.head !== null) return this.body(bytes, 0);
    let all = bytes;
    if (this.begun !== null) {
      all = Buffer.concat([this.begun, bytes]);
      this.begun = null;
    }
    for (let from = 0; ; ) {
      const end = all.indexOf(HEAD_END, from, 'latin1');
      if (end < 0) {
        this.keep(all.subarray(from));
        return bytes.length;
      }
      if (end - from > HEAD_BYTES) throw tooLong();
      const head = this.read(all.toString('latin1', from, end));
      from = end + HEAD_END.length;
      if (head.status === 101) throw new WireFault('WIRE_SYNTAX', 'it changes to another protocol');
      // What comes before the answer (100, 103) says nothing.
      if (head.status < 200) continue;
      return this.begin(head, all, from) - (all.length - bytes.length);
    }
  }

  /** The connection has ended. */
  end(): void {
    if (this.head?.framing === 'until_close') this.done = true;
    else if (this.head === null) throw new WireFault('WIRE_CLOSED', 'other side closed');
    else throw new WireFault('WIRE_CUT', 'other side closed');
  }

  private read(text: string): ResponseHead {
    const memo = this.memo;
    if (memo.head === null || memo.text !== text) {
      memo.head = parseHead(text);
      memo.text = text;
    }
    return memo.head;
  }

  private keep(begun: Buffer): void {
    const sample = begun.toString('latin1', 0, BEGIN.length);
    if (!BEGIN.startsWith(sample)) throw new WireFault('WIRE_SYNTAX', 'it does not begin as an HTTP/1.1 answer');
    if (begun.length > HEAD_BYTES) throw tooLong();
    // Copied: the bytes of a read are written over by the next.
    this.begun = Buffer.from(begun);
  }

  private begin(head: ResponseHead, bytes: Buffer, from: number): number {
    const { framing } = head;
    this.head = head;
    if (framing === 'chunked') this.chunks = new ChunkedBody();
    else if (framing !== 'until_close') this.left = framing;
    this.receiver.onHead(head);
    this.done = framing === 0;
    return this.done || from === bytes.length ? from : this.body(bytes, from);
  }

  private body(bytes: Buffer, from: number): number {
    const chunks = this.chunks;
    if (chunks !== null) {
      const to = chunks.take(bytes, from);
      if (to > from) this.receiver.onBody(bytes.subarray(from, to));
      this.done = chunks.done;
      return chunks.end;
    }
    if (this.head!.framing === 'until_close') {
      this.receiver.onBody(from === 0 ? bytes : bytes.subarray(from));
      return bytes.length;
    }
    const to = Math.min(from + this.left, bytes.length);
    this.left -= to - from;
    this.receiver.onBody(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    this.done = this.left === 0;
    return to;
  }
}

const tooLong = (): WireFault => new WireFault('WIRE_OVERFLOW', `its head has more than ${HEAD_BYTES / 1024} KiB`);
