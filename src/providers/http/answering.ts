import type { Transform } from 'node:stream';
import type { Attempt } from '../../core/attempt.ts';
import type { Timer } from '../../core/clock.ts';
import { decoderFor } from './body.ts';
import type { Connections } from './connections.ts';
import type { AnswerReader } from './dialect.ts';
import { type Intake, intakeOf, RefusalIntake } from './intake.ts';
import { CAPS, Watch } from './limits.ts';
import { networkError, wasClosed, wasCutShort } from './network-error.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Service } from './service.ts';
import type { Connection } from './wire/connection.ts';
import type { ResponseHead } from './wire/response-head.ts';
import type { Receiver } from './wire/response-reader.ts';

/** How long after it was sent a lost request may still have met a connection that was closed for being idle. */
const RACE_MS = 1000;
/** No server closes a connection for being idle sooner: a reset before that is a failure, and the request may have arrived. */
const SHORTEST_IDLE_MS = 500;
/** How long the end of an answer that was already understood may take, for its connection to be kept. */
const TRAILER_MS = 1000;

/** What is asked of the upstream. */
export interface Asked {
  /** As it goes onto a connection: head and body. */
  readonly request: string;
  /** Whether a stream was asked for. */
  readonly stream: boolean;
}

/**
 * One attempt on its way over HTTP. Its connection tells it what arrives, and it tells once, by `settle`, that the attempt
 * has ended: what failed is in `attempt.error`; nothing is when it was aborted. No stream object and no promise stand between
 * the socket and the reader: they would cost more than everything else that is done for a request.
 */
export class Answering implements Receiver {
  private readonly attempt: Attempt;
  private readonly service: Service;
  private readonly connections: Connections;
  private readonly reader: AnswerReader;
  private readonly asked: Asked;
  private readonly settle: () => void;
  private readonly watch: Watch;
  private readonly sentAt: number;
  private connection: Connection;
  /** It was sent a second time, because its connection had been closed before. */
  private repeated = false;
  /** Null until the head of the answer has come. */
  private intake: Intake | null = null;
  private decoder: Transform | null = null;
  /** The attempt has ended; what still comes is only read to keep the connection. */
  private over = false;
  /** The answer has come to its end, as HTTP says. */
  private complete = false;
  private trailerBytes = 0;
  private trailerTimer: Timer | null = null;
  private released = false;

  constructor(
    attempt: Attempt,
    asked: Asked,
    parts: { readonly service: Service; readonly connections: Connections; readonly reader: AnswerReader },
    settle: () => void,
  ) {
    const { service, connections, reader } = parts;
    this.attempt = attempt;
    this.asked = asked;
    this.service = service;
    this.connections = connections;
    this.reader = reader;
    this.settle = settle;
    const { clock, limits, who } = service;
    this.watch = new Watch(clock, limits, who.name, (error) => this.expire(error));
    this.sentAt = clock.now();
    this.connection = connections.take(false, this.sentAt);
  }

  begin(): void {
    this.attempt.onAbort(this.abort);
    // A whole answer takes as long as it takes; the time-out of the attempt limits it.
    if (this.asked.stream) this.watch.start();
    this.connection.send(this.asked.request, this);
  }

  onHead(head: ResponseHead): void {
    if (this.over) return;
    const { service, reader, watch } = this;
    const { clock, who, dialect } = service;
    try {
      const delivery = { head, retryAfter: () => retryAfterMs(head.header, clock.wall()) };
      this.intake = intakeOf(delivery, { who, dialect, reader, watch });
      // Whoever was asked for a whole answer and refuses has no reason to think about it.
      if (!this.asked.stream && this.intake instanceof RefusalIntake) watch.start();
      this.decoder = decoderFor(head.header('content-encoding'), who.name);
    } catch (thrown) {
      this.fail(thrown);
      return;
    }
    this.decoder
      ?.on('data', (bytes: Buffer) => this.take(bytes))
      .on('drain', () => this.connection.resume())
      .once('end', () => this.end())
      .once('error', (error) => this.fail(error));
  }

  onBody(bytes: Buffer): void {
    if (this.over) this.skip(bytes.length);
    else if (this.decoder === null) this.take(bytes);
    // Copied: it is unpacked later, and the bytes are others by then.
    else if (!this.decoder.write(Buffer.from(bytes))) this.connection.pause();
  }

  onEnd(): void {
    this.complete = true;
    if (this.over) this.release(true);
    else if (this.decoder === null) this.end();
    else this.decoder.end();
  }

  onLost(error: Error): void {
    if (this.over) this.release(false);
    else if (!this.sendAgain(error)) this.fail(error);
  }

  private take(bytes: Buffer): void {
    if (this.over) return;
    try {
      if (this.intake!.take(bytes)) this.conclude(true);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  private end(): void {
    if (this.over) return;
    try {
      this.intake!.end();
      this.conclude(true);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /**
   * A connection that the server closed for being idle just as it was used again looks like a failure: then, and only if
   * not a byte came back, the request is sent once more over a new one.
   */
  private sendAgain(error: Error): boolean {
    const { connection, service, connections, sentAt } = this;
    if (this.intake !== null || this.repeated || connection.answers === 0 || !connection.silent) return false;
    const idleMs = sentAt - connection.idleSince;
    if (!wasClosed(error) || (idleMs < SHORTEST_IDLE_MS && !wasCutShort(error))) return false;
    const now = service.clock.now();
    if (now - sentAt > RACE_MS) return false;
    connections.discard(connection);
    this.repeated = true;
    try {
      this.connection = connections.take(true, now);
    } catch (thrown) {
      this.fail(thrown);
      return true;
    }
    this.connection.send(this.asked.request, this);
    return true;
  }

  private readonly abort = (): void => {
    if (!this.over) this.conclude(false);
  };

  private expire(error: Error): void {
    // A refusal whose reason is too slow in coming is still that refusal.
    const { intake } = this;
    this.fail(intake instanceof RefusalIntake ? intake.because('') : error);
  }

  private fail(thrown: unknown): void {
    if (this.over) return;
    const { who, endpoint } = this.service;
    this.attempt.error = networkError(thrown, who.name, endpoint.origin, this.intake === null ? 'sending' : 'reading');
    // A refusal is an answer as well: a provider that limits us is not made to shake hands for each of them.
    this.conclude(this.intake instanceof RefusalIntake);
  }

  /** @param usable the connection may be used again once the rest has been read */
  private conclude(usable: boolean): void {
    this.over = true;
    this.watch.stop();
    this.reader.close();
    this.settle();
    // The decoder may have asked for a pause, and asks for nothing any more.
    if (this.decoder !== null) this.connection.resume();
    if (!usable || this.complete) this.release(usable);
    else this.trailerTimer = this.service.clock.after(TRAILER_MS, () => this.release(false), true);
  }

  /** Reads what is behind the end of an answer, so that the connection can be used again. Nobody waits for it. */
  private skip(bytes: number): void {
    this.trailerBytes += bytes;
    if (this.trailerBytes > CAPS.trailerBytes) this.release(false);
  }

  private release(usable: boolean): void {
    if (this.released) return;
    this.released = true;
    this.trailerTimer?.cancel();
    this.decoder?.destroy();
    if (usable) this.connections.keep(this.connection);
    else this.connections.discard(this.connection);
  }
}
