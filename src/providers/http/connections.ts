import type { Timer } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { type ConnectorSettings, createConnector } from './connector.ts';
import { type Connect, Connection } from './wire/connection.ts';
import type { HeadMemo } from './wire/response-reader.ts';

/** Connections kept for later, at the most. */
const MOST_IDLE = 128;
/** How often those that were idle for too long are closed, milliseconds. */
const SWEEP_MS = 1000;
/** Connections that are closed in one turn of the loop: a thousand at once would hold up everything else for half a second. */
const CLOSED_A_TURN = 16;

/** The connections of one provider, each with one request at a time. */
export class Connections {
  private readonly settings: ConnectorSettings;
  private readonly connect: Connect;
  private readonly memo: HeadMemo = { text: '', head: null };
  /** The one that was used last is used next, so that those that are too many become idle for good. */
  private readonly idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  /** Given up, and not closed yet. */
  private readonly leaving: Connection[] = [];
  /** Closed in this turn of the loop. */
  private justClosed = 0;
  private closed = false;
  private sweeping: Timer | null = null;

  constructor(settings: ConnectorSettings) {
    this.settings = settings;
    this.connect = createConnector(settings);
  }

  /**
   * One that is idle, or a new one. Throws `draining` once they were closed.
   * @param fresh never one that was used before
   */
  take(fresh: boolean, now: number): Connection {
    if (this.closed) throw new OrchestratorError('draining', 'The engine is stopping.');
    if (fresh) return this.make();
    for (;;) {
      const connection = this.idle.pop();
      if (connection === undefined) return this.make();
      if (connection.usable && now - connection.idleSince < connection.idleMs) return connection;
      this.discard(connection);
    }
  }

  /** The answer was read to its end: the connection can be used again, unless it was closed with it. */
  keep(connection: Connection): void {
    if (!connection.usable) return;
    connection.idleSince = this.settings.clock.now();
    if (this.closed || this.idle.length >= MOST_IDLE) return this.discard(connection);
    this.idle.push(connection);
    this.sweeping ??= this.settings.clock.after(SWEEP_MS, this.sweep, true);
  }

  /** Lets go of one, in use or not. */
  discard(connection: Connection): void {
    if (!this.all.delete(connection)) return;
    this.leaving.push(connection);
    this.closeSome();
  }

  /** Closes what is idle, and what is in use as well. */
  close(): void {
    this.closed = true;
    this.sweeping?.cancel();
    for (const connection of [...this.all]) this.discard(connection);
    this.idle.length = 0;
  }

  private closeSome(): void {
    while (this.leaving.length > 0 && this.justClosed < CLOSED_A_TURN) {
      // The next turn may close as many again.
      if (this.justClosed++ === 0) this.settings.clock.nextTurn(this.turn);
      this.leaving.pop()!.destroy();
    }
  }

  private readonly turn = (): void => {
    this.justClosed = 0;
    this.closeSome();
  };

  private readonly sweep = (): void => {
    this.sweeping = null;
    const now = this.settings.clock.now();
    const kept: Connection[] = [];
    for (const connection of this.idle) {
      if (!connection.usable) continue;
      if (now - connection.idleSince < connection.idleMs) kept.push(connection);
      else this.discard(connection);
    }
    this.idle.splice(0, this.idle.length, ...kept);
    if (kept.length > 0) this.sweeping = this.settings.clock.after(SWEEP_MS, this.sweep, true);
  };

  private make(): Connection {
    const connection: Connection = new Connection(this.connect, this.memo, () => this.all.delete(connection));
    this.all.add(connection);
    return connection;
  }
}
