import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { type OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import { schemaFaults } from '../../core/schema-faults.ts';
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
      inputSchema: inOurWords(input),
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

/** The same schema, whose objections are told as everywhere else. */
function inOurWords<Schema extends z.ZodType>(schema: Schema): Schema {
  const standard = {
    ...schema['~standard'],
    validate(value: unknown) {
      const given = schema.safeParse(value);
      if (given.success) return { value: given.data };
      const faults = schemaFaults(schema, value, given.error.issues);
      return { issues: faults.map(({ field, message }) => ({ path: [field], message })) };
    },
  };
  // The library looks at nothing else.
  return { '~standard': standard } as unknown as Schema;
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
