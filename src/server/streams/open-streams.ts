import type { Clock, Timer } from '../../core/clock.ts';
import type { Exchange } from '../http/exchange.ts';
import { EventStream, type Voice } from './event-stream.ts';

/** Between two comments that keep a connection alive, milliseconds. */
const HEARTBEAT_MS = 15_000;
/** Connections that were opened within so many milliseconds get their comments together. */
const ROUND_MS = 100;

/** What a stream shows: one answer, which ends by itself, or everything that happens, which does not. */
export type StreamKind = 'answer' | 'live';

/**
 * Connections that get their comments at the same time, monotonic milliseconds. Ten thousand at once would hold up every token,
 * so each keeps the rhythm in which it was opened.
 */
interface Round {
  readonly at: number;
  readonly streams: Set<EventStream>;
}

/** All connections that are streams: a heartbeat for each, and an end for those that have none. */
export class OpenStreams {
  private readonly clock: Clock;
  private readonly events = new Map<EventStream, StreamKind>();
  /** The next to come first. */
  private readonly rounds: Round[] = [];
  private readonly sockets = new Set<() => void>();
  private timer: Timer | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  count(kind: StreamKind | 'socket'): number {
    if (kind === 'socket') return this.sockets.size;
    let count = 0;
    for (const other of this.events.values()) if (other === kind) count++;
    return count;
  }

  open(reply: Exchange, requestId: string, kind: StreamKind, voice?: Voice): EventStream {
    const stream = new EventStream(reply, this.clock, requestId, voice);
    this.events.set(stream, kind);
    void stream.closed.then(() => this.events.delete(stream));
    const now = this.clock.now();
    this.join(stream, now);
    this.wait(now);
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
    for (const [stream, kind] of this.events) {
      if (kind !== 'live') continue;
      void stream.send('end', { reason: 'The server is stopping.' });
      stream.end();
    }
  }

  /** Resolves when every answer has been sent to its end, or after `waitMs` milliseconds. */
  async answered(waitMs: number): Promise<void> {
    const open = [...this.events].filter(([, kind]) => kind === 'answer').map(([stream]) => stream.closed);
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

  private join(stream: EventStream, now: number): void {
    const at = now + HEARTBEAT_MS;
    let round = this.rounds.at(-1);
    if (round === undefined || round.at < at - ROUND_MS) {
      round = { at, streams: new Set() };
      this.rounds.push(round);
    }
    const { streams } = round;
    streams.add(stream);
    void stream.closed.then(() => streams.delete(stream));
  }

  private wait(now: number): void {
    const [round] = this.rounds;
    if (round !== undefined) this.timer ??= this.clock.after(round.at - now, this.beat, true);
  }

  private readonly beat = (): void => {
    this.timer = null;
    const now = this.clock.now();
    const { streams } = this.rounds.shift()!;
    for (const stream of streams) stream.beat();
    // Those that were closed have left it.
    if (streams.size > 0) this.rounds.push({ at: now + HEARTBEAT_MS, streams });
    this.wait(now);
  };
}
