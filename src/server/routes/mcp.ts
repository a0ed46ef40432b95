import { z } from 'zod';
import { type Call, NO_BODY, type Route, route } from '../route.ts';

const REPLY = 'JSON-RPC, as MCP has it: one document, or server-sent events.';

const shared = { auth: 'key' } as const satisfies Partial<Route>;
const query = z.looseObject({});

/** MCP's streamable HTTP. `/` answers as well: many clients are given no more than an address. */
export const mcpRoutes = [
  route({
    ...shared,
    method: 'POST',
    paths: ['/mcp', '/'],
    summary: 'MCP over streamable HTTP: tools that ask, watch and control the pipeline',
    limits: { bodyBytes: 'configured' },
    schema: { query, body: z.unknown(), replies: { 200: REPLY } },
    handle: serve,
  }),
  route({
    ...shared,
    method: 'GET',
    paths: ['/mcp'],
    summary: 'What an MCP session has to tell its client, as it comes',
    limits: { bodyBytes: NO_BODY },
    schema: { query, replies: { 200: REPLY } },
    handle: serve,
  }),
  route({
    ...shared,
    method: 'DELETE',
    paths: ['/mcp', '/'],
    summary: 'End an MCP session',
    limits: { bodyBytes: NO_BODY },
    schema: { query, replies: { 200: 'It has ended.' } },
    handle: serve,
  }),
] as const;

/** The transport answers by itself; what was set for the reply (request id, CORS) goes along. */
async function serve({ service, visitor, body, reply }: Call<unknown, unknown, unknown>): Promise<void> {
  const { request, response } = reply.node;
  for (const [name, value] of Object.entries(reply.getHeaders())) response.setHeader(name, value);
  await service.mcp.handle(service, visitor, request, response, body, () => reply.hijack());
}
