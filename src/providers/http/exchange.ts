import type { Attempt } from '../../core/attempt.ts';
import { Answering, type Asked } from './answering.ts';
import { Connections } from './connections.ts';
import { networkError } from './network-error.ts';
import type { Service } from './service.ts';

/** Has attempts answered over HTTP. */
export class Exchange {
  private readonly service: Service;
  private readonly connections: Connections;
  /** Sent with every request; made once. Private to the language as well: there is a key in them. */
  readonly #headers: Readonly<Record<string, string>>;

  constructor(service: Service) {
    const { who, endpoint, clock, limits, lookup } = service;
    this.service = service;
    this.connections = new Connections({ name: who.name, endpoint, clock, connectMs: limits.connectMs, lookup });
    this.#headers = {
      accept: 'text/event-stream, application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'orchestrator',
      ...service.headers(),
    };
  }

  /** Answers one attempt. What fails is in `attempt.error`; nothing is when it was aborted. */
  run(attempt: Attempt): void | Promise<void> {
    if (!attempt.wanted) return undefined;
    const { service, connections } = this;
    try {
      const asked = this.ask(attempt);
      const parts = { service, connections, reader: service.dialect.reader(attempt) };
      const { promise, resolve } = Promise.withResolvers<void>();
      new Answering(attempt, asked, parts, resolve).begin();
      return promise;
    } catch (thrown) {
      attempt.error = networkError(thrown, service.who.name, service.endpoint.origin, 'sending');
      return undefined;
    }
  }

  close(): void {
    this.connections.close();
  }

  private ask(attempt: Attempt): Asked {
    const { dialect, endpoint, alwaysStream } = this.service;
    const stream = alwaysStream || attempt.streams;
    const { path, body, headers } = dialect.request(attempt, stream);
    const options = {
      method: 'POST' as const,
      path: endpoint.basePath + path,
      // The endpoint's own last: no caller puts another key in their place.
      headers: headers === undefined ? this.#headers : { ...headers, ...this.#headers },
      body: JSON.stringify(body),
    };
    return { options, stream };
  }
}
