import type { Socket } from 'node:net';
import { type HeadMemo, type Receiver, ResponseReader } from './response-reader.ts';
import { WireFault } from './wire-fault.ts';

/** Bytes that are read at once. */
const READ_BYTES = 64 * 1024;

/** What a socket reads into, and who is told how much it was: that takes no stream, and no new buffer for each read. */
export interface ReadInto {
  readonly buffer: Buffer;
  readonly callback: (bytes: number, buffer: Uint8Array) => boolean;
}

/**
 * Connects, and calls back once, later, with a socket that can be written to, or with why there is none. What it returns
 * ends that.
 */
export type Connect = (into: ReadInto, callback: (error: Error | null, socket: Socket | null) => void) => () => void;

/**
 * One connection over HTTP/1.1 with one request on it at a time. Node's own client and undici's cost a gateway more than
 * everything else that it does for a request: a parser for every message there can be, a stream for each answer, a queue,
 * a dozen events. Here a request is one write, and an answer is read where the socket puts it.
 */
export class Connection {
  /** Answers that came over it. */
  answers = 0;
  /** When the last of them had been read to its end, monotonic milliseconds, and how long it may be idle from then on. */
  idleSince = 0;
  idleMs = 0;
  /** Nothing came since the request was sent. */
  silent = true;
  private readonly memo: HeadMemo;
  private readonly connect: Connect;
  /** The connection is of no use any more. */
  private readonly onGone: () => void;
  private socket: Socket | null = null;
  private stopConnecting: (() => void) | null = null;
  private receiver: Receiver | null = null;
  private reader: ResponseReader | null = null;
  private gone = false;

  /** @param memo of all connections to one server */
  constructor(connect: Connect, memo: HeadMemo, onGone: () => void) {
    this.connect = connect;
    this.memo = memo;
    this.onGone = onGone;
  }

  /** Whether it can take a request: nobody has closed it. */
  get usable(): boolean {
    return !this.gone;
  }

  /** Sends a request, head and body; `receiver` hears of everything else, also of what keeps it from being sent. */
  send(request: string, receiver: Receiver): void {
    this.receiver = receiver;
    this.reader = new ResponseReader(receiver, this.memo);
    this.silent = true;
    const { socket } = this;
    if (socket === null) return this.open(request);
    // While it is idle it keeps no process alive.
    socket.ref();
    socket.write(request);
  }

  pause(): void {
    this.socket?.pause();
  }

  resume(): void {
    this.socket?.resume();
  }

  /** Closes it; who waits for an answer hears of that. */
  destroy(): void {
    this.lose(new WireFault('WIRE_CLOSED', 'the connection was given up'));
  }

  private open(request: string): void {
    const into = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: this.read };
    this.stopConnecting = this.connect(into, (error, socket) => {
      this.stopConnecting = null;
      if (socket === null) return this.lose(error!);
      this.socket = socket;
      socket.on('error', (thrown) => this.lose(thrown)).on('end', () => this.end());
      socket.on('close', () => this.lose(new WireFault('WIRE_CLOSED', 'other side closed')));
      socket.write(request);
    });
  }

  private readonly read = (length: number, buffer: Uint8Array): boolean => {
    this.silent = false;
    const bytes = (buffer as Buffer).subarray(0, length);
    const { reader } = this;
    // What comes without a request belongs to nobody.
    if (reader === null) this.destroy();
    else {
      try {
        const end = reader.feed(bytes);
        if (reader.done) this.finish(end < length);
      } catch (thrown) {
        this.lose(thrown as Error);
      }
    }
    return true;
  };

  private end(): void {
    const { reader } = this;
    try {
      reader?.end();
      if (reader?.done) this.finish(true);
      else this.destroy();
    } catch (thrown) {
      this.lose(thrown as Error);
    }
  }

  /** @param excess something came behind the answer: what that is nobody knows */
  private finish(excess: boolean): void {
    const receiver = this.receiver;
    const socket = this.socket;
    this.idleMs = this.reader!.head!.idleMs;
    this.receiver = null;
    this.reader = null;
    this.answers++;
    // An answer that did not wait for the end of the request: the rest of it would be taken for the next.
    if (excess || this.idleMs === 0 || socket!.writableLength > 0) this.destroy();
    else socket!.unref();
    receiver!.onEnd();
  }

  private lose(error: Error): void {
    if (this.gone) return;
    this.gone = true;
    const { receiver } = this;
    this.receiver = null;
    this.reader = null;
    this.stopConnecting?.();
    this.socket?.destroy();
    this.onGone();
    receiver?.onLost(error);
  }
}
