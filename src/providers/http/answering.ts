import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Attempt } from '../../core/attempt.ts';
import type { Timer } from '../../core/clock.ts';
import { decoderFor } from './body.ts';
import type { Connections, Lease } from './connections.ts';
import type { AnswerReader } from './dialect.ts';
import { type Intake, intakeOf, RefusalIntake } from './intake.ts';
import { CAPS, Watch } from './limits.ts';
import { networkError, wasClosed, wasCutShort } from './network-error.ts';
import { type HeaderOf, retryAfterMs } from './retry-after.ts';
import type { Service } from './service.ts';

/** How long after it was sent a lost request may still have met a connection that was closed for being idle. */
const RACE_MS = 1000;
/** No server closes a connection for being idle sooner: a reset before that is a failure, and the request may have arrived. */
const SHORTEST_IDLE_MS = 500;
/** How long the end of an answer that was already understood may take, for its connection to be kept. */
const TRAILER_MS = 1000;

/** What is asked of the upstream, as it goes onto a connection. */
export interface Asked {
  readonly options: Dispatcher.DispatchOptions;
  /** Whether a stream was asked for. */
  readonly stream: boolean;
}

/**
 * One attempt on its way over HTTP. undici tells it what arrives, and it tells once, by `settle`, that the attempt has
 * ended: what failed is in `attempt.error`; nothing is when it was aborted. No stream object and no promise stand between
 * the socket and the reader: they would cost more than everything else that is done for a request.
 */
export class Answering implements Dispatcher.DispatchHandler {
  private readonly attempt: Attempt;
  private readonly service: Service;
  private readonly connections: Connections;
  private readonly reader: AnswerReader;
  private readonly asked: Asked;
  private readonly settle: () => void;
  private readonly watch: Watch;
  private readonly sentAt: number;
  private lease: Lease;
  private controller: Dispatcher.DispatchController | null = null;
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
    this.lease = connections.take(false);
  }

  begin(): void {
    this.attempt.onAbort(this.abort);
    // A whole answer takes as long as it takes; the time-out of the attempt limits it.
    if (this.asked.stream) this.watch.start();
    this.connections.dispatch(this.lease, this.asked.options, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.over) controller.abort(new Error('nobody wants it any more'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.over) return;
    const { service, reader, watch } = this;
    const { clock, who, dialect } = service;
    const header = headerOf(headers);
    try {
      const delivery = { status, header, retryAfter: () => retryAfterMs(header, clock.wall()) };
      this.intake = intakeOf(delivery, { who, dialect, reader, watch });
      // Whoever was asked for a whole answer and refuses has no reason to think about it.
      if (!this.asked.stream && this.intake instanceof RefusalIntake) watch.start();
      this.decoder = decoderFor(header('content-encoding'), who.name);
    } catch (thrown) {
      this.fail(thrown);
      return;
    }
    this.decoder
      ?.on('data', (bytes: Buffer) => this.take(bytes))
      .on('drain', () => this.controller?.resume())
      .once('end', () => this.end())
      .once('error', (error) => this.fail(error));
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.over) this.skip(bytes.length);
    else if (this.decoder === null) this.take(bytes);
    else if (!this.decoder.write(bytes)) controller.pause();
  }

  onResponseEnd(): void {
    this.complete = true;
    if (this.over) this.release(true);
    else if (this.decoder === null) this.end();
    else this.decoder.end();
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
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
    const { lease, service, connections } = this;
    if (this.intake !== null || this.repeated) return false;
    const { socket, bytesRead, idleMs } = lease;
    const silent = socket !== null && socket.bytesRead === bytesRead;
    if (!silent || !wasClosed(error) || (idleMs < SHORTEST_IDLE_MS && !wasCutShort(error))) return false;
    if (service.clock.now() - this.sentAt > RACE_MS) return false;
    connections.drop(lease);
    this.repeated = true;
    try {
      this.lease = connections.take(true);
    } catch (thrown) {
      this.fail(thrown);
      return true;
    }
    connections.dispatch(this.lease, this.asked.options, this);
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
    if (this.decoder !== null) this.controller?.resume();
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
    if (usable) this.connections.keep(this.lease);
    else this.connections.drop(this.lease);
  }
}

function headerOf(headers: IncomingHttpHeaders): HeaderOf {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
