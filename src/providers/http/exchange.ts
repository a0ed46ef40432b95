import type { Attempt } from '../../core/attempt.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { Answering, type Asked } from './answering.ts';
import { Connections } from './connections.ts';
import { networkError } from './network-error.ts';
import type { Service } from './service.ts';

/** Has attempts answered over HTTP. */
export class Exchange {
  private readonly service: Service;
  private readonly connections: Connections;
  /** How every request goes on behind its path; made once. Private to the language as well: there is a key in it. */
  readonly #head: string;
  /** No caller puts another key in the place of the endpoint's own. */
  private readonly own: ReadonlySet<string>;

  constructor(service: Service) {
    const { who, endpoint, clock, limits, lookup } = service;
    this.service = service;
    this.connections = new Connections({ name: who.name, endpoint, clock, connectMs: limits.connectMs, lookup });
    const own = {
      host: new URL(endpoint.origin).host,
      connection: 'keep-alive',
      accept: 'text/event-stream, application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'orchestrator',
      ...service.headers(),
    };
    this.#head = headLines(own);
    this.own = new Set(Object.keys(own));
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
    const json = JSON.stringify(body);
    const target = `POST ${endpoint.basePath}${path} HTTP/1.1\r\n${this.#head}`;
    const more = headers === undefined ? '' : headLines(headers, this.own);
    return { request: `${target}${more}content-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`, stream };
  }
}

const NAME = /^[a-z0-9-]+$/;
const VALUE = /^[\x20-\x7e]*$/;

/** Headers as they are sent, but for those of some names. Throws `request_invalid` for what would end a line or is none: some come from callers. */
function headLines(headers: Readonly<Record<string, string>>, without?: ReadonlySet<string>): string {
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    if (without?.has(name)) continue;
    if (!NAME.test(name) || !VALUE.test(value)) {
      throw new OrchestratorError('request_invalid', `The header ${JSON.stringify(name)} cannot be sent.`);
    }
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
