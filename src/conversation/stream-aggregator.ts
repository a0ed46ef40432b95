import { type StreamEvent, StreamSubscription } from './stream-subscription.ts';

/** A piece of a stream. A session may have several streams at once; one that names none is the session's own. */
export interface StreamChunk {
  readonly session: string;
  readonly stream?: string;
  readonly text: string;
}

export interface AggregatorStats {
  /** Streams that have begun and are not complete. */
  readonly active: number;
  readonly completed: number;
  /** Pieces of text, as they were fed: of a model, about one a token. */
  readonly pieces: number;
  readonly subscribers: number;
  /** Subscribers that were too slow. */
  readonly dropped: number;
}

/** Events that wait for one subscriber at the most. */
const CAPACITY = 1024;

/** One session: its open streams with their text so far, and who follows it. */
interface Session {
  readonly streams: Map<string, string>;
  subscribers: readonly StreamSubscription[];
}

/**
 * Puts the pieces of streams together, and hands them on to everybody who follows the session. Feeding never waits: each
 * subscriber has a bounded place of its own, and one that is too slow is dropped and told, without the others noticing.
 */
export class StreamAggregator {
  private readonly capacity: number;
  private readonly sessions = new Map<string, Session>();
  private readonly counts = { active: 0, completed: 0, pieces: 0, subscribers: 0, dropped: 0 };

  /** @param capacity events that may wait for one subscriber */
  constructor(capacity = CAPACITY) {
    this.capacity = capacity;
  }

  feed({ session: name, stream = name, text }: StreamChunk): void {
    const session = this.session(name);
    const earlier = session.streams.get(stream);
    if (earlier === undefined) this.counts.active++;
    session.streams.set(stream, (earlier ?? '') + text);
    this.counts.pieces++;
    this.tell(session, { kind: 'text', stream, text });
  }

  /** Ends a stream and returns its whole text; `''` for one that never began. `status` is passed on. */
  complete(name: string, stream = name, status = 'completed'): string {
    const session = this.session(name);
    const text = session.streams.get(stream);
    if (session.streams.delete(stream)) this.counts.active--;
    this.counts.completed++;
    this.tell(session, { kind: 'end', stream, status });
    this.forgetIfIdle(name, session);
    return text ?? '';
  }

  /** Follows a session: the text so far of its open streams, then everything that comes. It goes on until it is closed. */
  subscribe(name: string): StreamSubscription {
    const session = this.session(name);
    const subscription = new StreamSubscription(this.capacity, (closed) => this.remove(name, session, closed));
    session.subscribers = [...session.subscribers, subscription];
    this.counts.subscribers++;
    for (const [stream, text] of session.streams) subscription.push({ kind: 'text', stream, text });
    return subscription;
  }

  /** Whether anybody follows the session. */
  followed(name: string): boolean {
    return (this.sessions.get(name)?.subscribers.length ?? 0) > 0;
  }

  stats(): AggregatorStats {
    return { ...this.counts };
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const { subscribers } of this.sessions.values()) for (const subscriber of subscribers) subscriber.close();
  }

  private session(name: string): Session {
    let session = this.sessions.get(name);
    if (session === undefined) {
      session = { streams: new Map(), subscribers: [] };
      this.sessions.set(name, session);
    }
    return session;
  }

  private tell(session: Session, event: StreamEvent): void {
    // One that is dropped leaves the list, which is a new one then.
    for (const subscriber of session.subscribers) if (!subscriber.push(event)) this.counts.dropped++;
  }

  private remove(name: string, session: Session, closed: StreamSubscription): void {
    session.subscribers = session.subscribers.filter((other) => other !== closed);
    this.counts.subscribers--;
    this.forgetIfIdle(name, session);
  }

  private forgetIfIdle(name: string, session: Session): void {
    if (session.streams.size === 0 && session.subscribers.length === 0) this.sessions.delete(name);
  }
}
