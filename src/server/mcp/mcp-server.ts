import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { type OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import { engineTools } from './engine-tools.ts';
import { inferTools } from './infer-tools.ts';
import type { McpTool, ToolCallContext, ToolService } from './tool.ts';

/** Every tool there is. */
const mcpTools: readonly McpTool[] = [...inferTools, ...engineTools];

/** A server for one client, over the running engine. */
export function createMcpServer(service: ToolService): McpServer {
  const server = new McpServer({ name: 'orchestrator', version: service.version });
  for (const tool of mcpTools) {
    const { name, title, description, input, output, readOnly } = tool;
    const config = {
      title,
      description,
      inputSchema: input,
      outputSchema: output,
      annotations: { readOnlyHint: readOnly, destructiveHint: false },
    };
    server.registerTool(name, config, async (args: unknown, context: ServerContext) => {
      try {
        const result = (await tool.run(service, args as never, contextOf(context))) as Record<string, unknown>;
        return { content: [{ type: 'text' as const, text: JSON.stringify(result) }], structuredContent: result };
      } catch (thrown) {
        return failure(toOrchestratorError(thrown));
      }
    });
  }
  return server;
}

/** A failure is a result that says so: the model that called the tool can read it, and do better. */
function failure(error: OrchestratorError) {
  const { code, message, param, definition } = error;
  const said = code === 'internal' ? 'Something went wrong inside.' : message;
  const about = param === undefined ? code : `${code}, ${param}`;
  return { isError: true, content: [{ type: 'text' as const, text: `${said} (${about}) ${definition.hint}` }] };
}

function contextOf({ mcpReq }: ServerContext): ToolCallContext {
  const token = mcpReq._meta?.progressToken;
  return {
    signal: mcpReq.signal,
    progress(done, total, message) {
      if (token === undefined) return;
      const params = { progressToken: token, progress: done, message, ...(total === null ? {} : { total }) };
      // A client that is gone misses it.
      void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}
