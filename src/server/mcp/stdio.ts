import { Readable, type Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { createMcpServer } from './mcp-server.ts';
import { messagesOf } from './messages.ts';
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
  const messages = messagesOf(input, (fault) => output.write(`${JSON.stringify(fault)}\n`));
  await server.connect(new StdioServerTransport(Readable.from(messages), output));
  return { closed, close: () => server.close() };
}
