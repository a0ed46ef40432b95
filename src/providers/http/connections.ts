import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { OrchestratorError } from '../../core/errors.ts';
import { type ConnectorSettings, createConnector } from './connector.ts';

/** Connections kept for later, at the most; undici closes each after 4 s without work. */
const MOST_IDLE = 128;
/** Connections that are closed in one turn of the loop: a thousand at once would hold up everything else for half a second. */
const CLOSED_A_TURN = 16;

/** One connection at a time to the endpoint; it is made anew when it was closed. */
interface Connection {
  readonly client: Client;
  socket: Socket | null;
  /** Answers that came over the present socket. */
  answers: number;
  /** When the last answer had been read to its end, monotonic milliseconds. */
  idleSince: number;
}

/** What was known of a connection before a request was put on it. */
export interface Lease {
  readonly connection: Connection;
  readonly socket: Socket | null;
  readonly bytesRead: number;
  /** How long the connection had been idle; 0 for a new one. */
  readonly idleMs: number;
}

/**
 * The connections of one provider, each an undici client of its own, so that it is known which socket a request was put
 * on: only that tells the keep-alive race from a provider that failed.
 */
export class Connections {
  private readonly settings: Omit<ConnectorSettings, 'onConnected'>;
  private readonly idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  /** Given up, and not closed yet. */
  private readonly leaving: Connection[] = [];
  /** Closed in this turn of the loop. */
  private justClosed = 0;
  private closed = false;

  constructor(settings: Omit<ConnectorSettings, 'onConnected'>) {
    this.settings = settings;
  }

  /** Throws `draining` once they were closed. @param fresh never one that was used before */
  take(fresh: boolean): Lease {
    if (this.closed) throw new OrchestratorError('draining', 'The engine is stopping.');
    const connection = (fresh ? undefined : this.idle.pop()) ?? this.make();
    const socket = connection.answers > 0 && connection.socket?.destroyed === false ? connection.socket : null;
    const idleMs = socket === null ? 0 : this.settings.clock.now() - connection.idleSince;
    return { connection, socket, bytesRead: socket?.bytesRead ?? 0, idleMs };
  }

  /** Sends a request; `handler` hears of everything else, also of what keeps it from being sent. */
  dispatch(lease: Lease, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    lease.connection.client.dispatch(options, handler);
  }

  /** The answer was read to its end: the connection can be used again. */
  keep({ connection }: Lease): void {
    connection.answers++;
    connection.idleSince = this.settings.clock.now();
    if (this.closed || this.idle.length >= MOST_IDLE) this.discard(connection);
    else this.idle.push(connection);
  }

  drop({ connection }: Lease): void {
    this.discard(connection);
  }

  /** Closes what is idle, and what is in use as well. */
  close(): void {
    this.closed = true;
    for (const connection of [...this.all]) this.discard(connection);
    this.idle.length = 0;
  }

  private discard(connection: Connection): void {
    this.all.delete(connection);
    this.leaving.push(connection);
    this.closeSome();
  }

  private closeSome(): void {
    while (this.leaving.length > 0 && this.justClosed < CLOSED_A_TURN) {
      // The next turn may close as many again.
      if (this.justClosed++ === 0) this.settings.clock.nextTurn(this.turn);
      void this.leaving
        .pop()!
        .client.destroy()
        .catch(() => undefined);
    }
  }

  private readonly turn = (): void => {
    this.justClosed = 0;
    this.closeSome();
  };

  private make(): Connection {
    const connector = createConnector(buildConnector, {
      ...this.settings,
      onConnected(socket) {
        connection.socket = socket;
        connection.answers = 0;
      },
    });
    // Time limits are kept by the clock of the engine, sizes by whoever reads.
    const limits = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: 0, maxHeaderSize: 32 * 1024 };
    const client = new Client(this.settings.endpoint.origin, { connect: connector, pipelining: 1, ...limits });
    const connection: Connection = { client, socket: null, answers: 0, idleSince: 0 };
    this.all.add(connection);
    return connection;
  }
}
