import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { errorBody } from '../error-reply.ts';
import type { Exchange } from '../http/exchange.ts';

/** A client that has not read what fills its buffers for so long, milliseconds, is too slow. */
const SLOW_MS = 30_000;
/** How long a closing connection may take to read its last event, milliseconds. */
const CLOSING_MS = 1000;

/** How a stream speaks beside its events: each API has its own words. */
export interface Voice {
  /** Keeps the connection alive. */
  readonly pulse: string;
  /** The event that tells an error, whole. */
  readonly error: (error: OrchestratorError, requestId: string) => string;
}

const OWN_VOICE: Voice = {
  pulse: ': still here\n\n',
  error: (error, requestId) => `event: error\ndata: ${JSON.stringify(errorBody(error, requestId))}\n\n`,
};

/**
 * One client's server-sent events. Writing waits for the client: what is not sent yet stays where it comes from, so
 * that nothing but the socket's own buffer is kept for it. One that does not read is closed with an error event.
 */
export class EventStream {
  /** Resolves when the connection is gone or has been ended. */
  readonly closed: Promise<void>;
  readonly requestId: string;
  private readonly raw: ServerResponse;
  private readonly clock: Clock;
  private readonly voice: Voice;
  private ended = false;
  /** Destroys a connection that does not read its last event. */
  private closing: Timer | null = null;
  /** What was sent before the head has left; null from then on. */
  private first: string | null = '';

  /** Takes the reply over: from here on it is a stream of events. */
  constructor(reply: Exchange, clock: Clock, requestId: string, voice: Voice = OWN_VOICE) {
    this.voice = voice;
    this.clock = clock;
    this.requestId = requestId;
    this.raw = reply.raw;
    reply.hijack();
    this.raw.writeHead(200, {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Proxies that gather answers would hold the events back.
      'x-accel-buffering': 'no',
    });
    // In the next turn: whoever was asked for the answer hears of it first, and head and beginning are one packet.
    clock.nextTurn(() => this.begin());
    this.closed = new Promise((resolve) => {
      if (this.raw.destroyed) resolve();
      else this.raw.once('close', resolve);
    });
    void this.closed.then(() => {
      this.ended = true;
      // It would keep the whole reply for that long: a second of short answers is what the collector then moves about.
      this.closing?.cancel();
    });
  }

  get open(): boolean {
    return !this.ended;
  }

  /** Whether the client has gone before the stream was ended. */
  get abandoned(): boolean {
    return this.raw.destroyed && !this.raw.writableFinished;
  }

  /** Sends one event, or data without a name, and waits until there is room for more. False when nobody reads any more. */
  async send(event: string | null, data: unknown, id?: string): Promise<boolean> {
    if (this.ended) return false;
    const json = typeof data === 'string' ? data : JSON.stringify(data);
    const place = id === undefined ? '' : `id: ${id}\n`;
    const named = event === null ? '' : `event: ${event}\n`;
    if (this.write(`${place}${named}data: ${json}\n\n`)) return true;
    if (await this.drained()) return true;
    this.refuseSlow();
    return false;
  }

  /** Keeps the connection alive; a client that is behind needs none of it. */
  beat(): void {
    if (!this.ended && !this.raw.writableNeedDrain) this.write(this.voice.pulse);
  }

  end(): void {
    if (this.ended) return;
    this.begin();
    this.ended = true;
    this.raw.end();
    this.closing = this.clock.after(CLOSING_MS, () => this.raw.destroy(), true);
  }

  /** The head leaves, with what was sent so far. */
  private begin(): void {
    const { first } = this;
    this.first = null;
    if (first === null || this.ended) return;
    if (first === '') this.raw.flushHeaders();
    else this.raw.write(first);
  }

  /** False when there is no room for more. */
  private write(text: string): boolean {
    if (this.first === null) return this.raw.write(text);
    this.first += text;
    return true;
  }

  private refuseSlow(): void {
    if (this.ended) return;
    const error = new OrchestratorError('slow_consumer', `Nothing was read from this stream for ${SLOW_MS / 1000} s.`);
    this.write(this.voice.error(error, this.requestId));
    this.end();
  }

  private async drained(): Promise<boolean> {
    let timer = { cancel: (): void => undefined };
    const late = new Promise<false>((resolve) => {
      timer = this.clock.after(SLOW_MS, () => resolve(false), true);
    });
    let onDrain = (): void => undefined;
    const drain = new Promise<true>((resolve) => {
      onDrain = () => resolve(true);
      this.raw.once('drain', onDrain);
    });
    const room = await Promise.race([drain, late, this.closed.then(() => false as const)]);
    timer.cancel();
    this.raw.off('drain', onDrain);
    return room;
  }
}
