import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { OrchestratorError } from '../../core/errors.ts';
import type { ToolService } from './tool.ts';

/** Clients at once; the one that was not heard of for the longest time makes room for another. */
const SESSIONS = 256;

/** The MCP clients that come over HTTP: one server and transport for each, by the session id it was given. */
export class McpSessions {
  /** Names a session: whoever knows the name speaks for its client. */
  private readonly secretId: () => string;
  /** The least recently used first. */
  private readonly sessions = new Map<string, NodeStreamableHTTPServerTransport>();

  constructor(secretId: () => string) {
    this.secretId = secretId;
  }

  /** Answers one HTTP request on its own, once it has called `takeOver`. Throws `not_found` for a session that is not, or no longer, there. */
  async handle(
    service: ToolService,
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    takeOver: () => void,
  ): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? this.sessions.get(id) : undefined;
    if (id !== undefined && known === undefined) {
      throw new OrchestratorError('not_found', 'There is no such MCP session any more; begin a new one.');
    }
    if (known !== undefined) {
      this.sessions.delete(String(id));
      this.sessions.set(String(id), known);
    }
    const transport = known ?? (await this.begin(service));
    takeOver();
    await transport.handleRequest(request, response, body);
  }

  async close(): Promise<void> {
    const all = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.all(all.map((transport) => transport.close()));
  }

  private async begin(service: ToolService): Promise<NodeStreamableHTTPServerTransport> {
    const [{ NodeStreamableHTTPServerTransport }, { createMcpServer }] = await Promise.all([
      import('@modelcontextprotocol/node'),
      import('./mcp-server.ts'),
    ]);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: this.secretId,
      onsessioninitialized: (id) => this.keep(id, transport),
      onsessionclosed: (id) => void this.sessions.delete(id),
    });
    await createMcpServer(service).connect(transport as Parameters<ReturnType<typeof createMcpServer>['connect']>[0]);
    return transport;
  }

  private keep(id: string, transport: NodeStreamableHTTPServerTransport): void {
    this.sessions.set(id, transport);
    if (this.sessions.size <= SESSIONS) return;
    const [oldest, idle] = this.sessions.entries().next().value!;
    this.sessions.delete(oldest);
    void idle.close();
  }
}
