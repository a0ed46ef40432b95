import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What is wrong with the way to the upstream. */
export interface Toxic {
  /** Milliseconds by which every piece of the answer is late. */
  latencyMs?: number;
  /** Connections are taken and closed at once. */
  down?: boolean;
  /** The answer comes in pieces of so many bytes. */
  sliceBytes?: number;
  /** After so many bytes of answer the connection is cut … */
  limitBytes?: number;
  /** … by a reset instead of an orderly end. */
  reset?: boolean;
  /** After so many bytes of answer nothing more comes, and the connection stays. */
  stallBytes?: number;
}

/** A TCP proxy on loopback that spoils what comes back. */
export class ToxicProxy {
  toxic: Toxic = {};
  connections = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(port: number) {
    this.#server = createServer((client) => this.#join(client, port));
  }

  static async before(port: number, toxic: Toxic = {}): Promise<ToxicProxy> {
    const proxy = new ToxicProxy(port);
    proxy.toxic = toxic;
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes every connection from the upstream's side. */
  cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, port: number): void {
    this.connections++;
    if (this.toxic.down === true) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.#open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    void this.#spoil(upstream, client);
  }

  async #spoil(from: Socket, to: Socket): Promise<void> {
    let sent = 0;
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        const {
          latencyMs = 0,
          sliceBytes = chunk.length,
          limitBytes = Number.POSITIVE_INFINITY,
          stallBytes,
        } = this.toxic;
        if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
        for (let at = 0; at < chunk.length; at += sliceBytes) {
          let piece = chunk.subarray(at, at + sliceBytes);
          if (stallBytes !== undefined && sent + piece.length > stallBytes) {
            to.write(piece.subarray(0, stallBytes - sent));
            // Leaving the loop would close the connection.
            await new Promise((resolve) => to.once('close', resolve));
            return;
          }
          if (sent + piece.length >= limitBytes) piece = piece.subarray(0, limitBytes - sent);
          sent += piece.length;
          await new Promise<void>((resolve) => to.write(piece, () => setImmediate(resolve)));
          if (sent >= limitBytes) {
            if (this.toxic.reset === true) to.resetAndDestroy();
            else to.end();
            return;
          }
        }
      }
      to.end();
    } catch {
      to.destroy();
    }
  }
}
