import type { FastifyReply } from 'fastify';
import type { Clock, Timer } from '../../core/clock.ts';
import { EventStream, type Voice } from './event-stream.ts';

/** Between two comments that keep a connection alive, milliseconds. */
const HEARTBEAT_MS = 15_000;
/** Parts of that, each with the comments of a part of the connections: ten thousand at once would hold up every token. */
const ROUNDS = 100;

/** What a stream shows: one answer, which ends by itself, or everything that happens, which does not. */
export type StreamKind = 'answer' | 'live';

/** All connections that are streams: one heartbeat for all of them, and an end for those that have none. */
export class OpenStreams {
  private readonly clock: Clock;
  /** Of each: what it shows, and in which round its comments leave. */
  private readonly events = new Map<EventStream, { readonly kind: StreamKind; readonly round: number }>();
  private readonly sockets = new Set<() => void>();
  private timer: Timer | null = null;
  private round = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  count(kind: StreamKind | 'socket'): number {
    if (kind === 'socket') return this.sockets.size;
    let count = 0;
    for (const other of this.events.values()) if (other.kind === kind) count++;
    return count;
  }

  open(reply: FastifyReply, requestId: string, kind: StreamKind, voice?: Voice): EventStream {
    const stream = new EventStream(reply, this.clock, requestId, voice);
    this.events.set(stream, { kind, round: this.round });
    void stream.closed.then(() => this.events.delete(stream));
    this.timer ??= this.clock.after(HEARTBEAT_MS / ROUNDS, this.beat, true);
    return stream;
  }

  /** A WebSocket, and how it is closed; the returned function takes it off. */
  add(close: () => void): () => void {
    const entry = (): void => close();
    this.sockets.add(entry);
    return () => this.sockets.delete(entry);
  }

  /** Ends what would go on for ever; answers end with their requests. */
  endLive(): void {
    for (const [stream, { kind }] of this.events) {
      if (kind !== 'live') continue;
      void stream.send('end', { reason: 'The server is stopping.' });
      stream.end();
    }
  }

  /** Resolves when every answer has been sent to its end, or after `waitMs` milliseconds. */
  async answered(waitMs: number): Promise<void> {
    const open = [...this.events].filter(([, { kind }]) => kind === 'answer').map(([stream]) => stream.closed);
    await new Promise<void>((resolve) => {
      const timer = this.clock.after(waitMs, resolve);
      void Promise.all(open).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Ends everything. */
  endAll(): void {
    this.endLive();
    for (const stream of this.events.keys()) stream.end();
    for (const close of this.sockets) close();
    this.timer?.cancel();
  }

  private readonly beat = (): void => {
    this.timer = this.events.size === 0 ? null : this.clock.after(HEARTBEAT_MS / ROUNDS, this.beat, true);
    this.round = (this.round + 1) % ROUNDS;
    for (const [stream, { round }] of this.events) if (round === this.round) stream.beat();
  };
}
