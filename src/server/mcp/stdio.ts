import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { createMcpServer } from './mcp-server.ts';
import type { ToolService } from './tool.ts';

/** The one client at the other end of a pipe. */
export interface StdioClient {
  /** Resolves when the client has gone, or was sent away. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Serves MCP over a pipe: messages in, messages out, and nothing else may be written there. */
export async function serveStdio(service: ToolService, input: Readable, output: Writable): Promise<StdioClient> {
  const server = createMcpServer(service);
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
  });
  await server.connect(new StdioServerTransport(input, output));
  return { closed, close: () => server.close() };
}
