import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { OrchestratorError } from '../../core/errors.ts';
import type { Visitor } from '../access.ts';
import type { ToolService } from './tool.ts';

/** Clients at once; the one that was not heard of for the longest time makes room for another. */
const SESSIONS = 256;

interface Session {
  readonly transport: NodeStreamableHTTPServerTransport;
  /** Whose key began it. */
  readonly tenant: string | undefined;
}

/** The MCP clients that come over HTTP: one server and transport for each, by the session id it was given. */
export class McpSessions {
  /** Names a session: whoever knows the name speaks for its client. */
  private readonly secretId: () => string;
  /** The least recently used first. */
  private readonly sessions = new Map<string, Session>();

  constructor(secretId: () => string) {
    this.secretId = secretId;
  }

  /** Answers one HTTP request on its own, once it has called `takeOver`. Throws `not_found` for a session that is not, or no longer, there. */
  async handle(
    service: Omit<ToolService, 'visitor'>,
    visitor: Visitor,
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    takeOver: () => void,
  ): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? this.sessions.get(id) : undefined;
    // One that another key began is none of this client's.
    if (id !== undefined && (known === undefined || known.tenant !== visitor.tenant)) {
      throw new OrchestratorError('not_found', 'There is no such MCP session any more; begin a new one.');
    }
    if (known !== undefined) {
      this.sessions.delete(String(id));
      this.sessions.set(String(id), known);
    }
    const { transport } = known ?? (await this.begin(service, visitor));
    takeOver();
    await transport.handleRequest(request, response, body);
  }

  async close(): Promise<void> {
    const all = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.all(all.map(({ transport }) => transport.close()));
  }

  private async begin(shared: Omit<ToolService, 'visitor'>, visitor: Visitor): Promise<Session> {
    const [{ NodeStreamableHTTPServerTransport }, { createMcpServer }] = await Promise.all([
      import('@modelcontextprotocol/node'),
      import('./mcp-server.ts'),
    ]);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: this.secretId,
      onsessioninitialized: (id) => this.keep(id, { transport, tenant: visitor.tenant }),
      onsessionclosed: (id) => void this.sessions.delete(id),
    });
    const { engine, version, ids, submissions, config } = shared;
    const deadLetters = shared.deadLetters.within(visitor);
    const server = createMcpServer({ engine, version, ids, submissions, config, deadLetters, visitor });
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    return { transport, tenant: visitor.tenant };
  }

  private keep(id: string, session: Session): void {
    this.sessions.set(id, session);
    if (this.sessions.size <= SESSIONS) return;
    const [oldest, idle] = this.sessions.entries().next().value!;
    this.sessions.delete(oldest);
    void idle.transport.close();
  }
}
