import { z } from 'zod';
import { configJsonSchema } from '../../config/json-schema.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { openApiDocument } from '../openapi.ts';
import { page } from '../page/page.ts';
import { NO_BODY, type Route, route } from '../route.ts';
import { serviceSections } from '../sections.ts';

const read = { method: 'GET', auth: 'key', limits: { bodyBytes: NO_BODY } } as const;

/** Only what this page itself holds may run on it, and nobody may put it into a frame. */
const PAGE_POLICY =
  "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const pageHeaders = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
} as const;

/** What the API says about itself; `routes` are all there are. */
export function metaRoutes(routes: () => readonly Route[]): readonly Route[] {
  return [
    route({
      ...read,
      paths: ['/openapi.json'],
      summary: 'This API as OpenAPI 3.1',
      schema: { replies: { 200: z.looseObject({}) } },
      handle: ({ service }) => openApiDocument(routes(), service.version),
    }),
    route({
      ...read,
      paths: ['/api/v1/schema'],
      summary: 'JSON Schema of pipeline.toml',
      schema: { replies: { 200: z.looseObject({}) } },
      handle: () => configJsonSchema(serviceSections),
    }),
    route({
      method: 'GET',
      paths: ['/metrics'],
      summary: 'Metrics as Prometheus reads them',
      auth: 'metrics',
      limits: { bodyBytes: NO_BODY },
      anyHost: true,
      schema: { replies: { 200: 'Prometheus text format' } },
      async handle({ service, reply }) {
        const { contentType, text } = await service.metrics();
        reply.type(contentType);
        return text;
      },
    }),
    ...Object.entries(page).map(([path, { type, text, summary }]) =>
      route({
        ...read,
        paths: [path],
        summary,
        head: true,
        schema: { replies: { 200: type } },
        handle({ headers, reply }) {
          // An MCP client that was given the bare address: this one has nothing to tell of its own.
          if (headers.accept === 'text/event-stream') {
            throw new OrchestratorError('method_not_allowed', 'There is no stream of events here; /mcp has one.');
          }
          reply.addHeaders(pageHeaders).type(type);
          return text;
        },
      }),
    ),
  ];
}
