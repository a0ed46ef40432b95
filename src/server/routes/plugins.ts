import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import { NO_BODY, route, SMALL_BODY } from '../route.ts';
import type { Service } from '../service.ts';

const params = z.strictObject({ name: z.string().min(1).max(128) });
const listing = z.looseObject({ name: z.string() });

export const pluginRoutes = [
  route({
    method: 'GET',
    paths: ['/api/v1/plugins'],
    summary: 'The plugins in the order they run in, with their counts',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 200: z.strictObject({ plugins: z.array(listing) }) } },
    handle: ({ service }) => ({ plugins: service.engine.plugins.list() }),
  }),
  ...(['enable', 'disable'] as const).map((verb) =>
    route({
      method: 'PATCH',
      paths: [`/api/v1/plugins/:name/${verb}`],
      summary: `Turn a plugin ${verb === 'enable' ? 'on' : 'off'}`,
      auth: 'key',
      limits: { bodyBytes: SMALL_BODY },
      schema: { params, replies: { 200: listing } },
      handle({ service, params: { name } }) {
        find(service, name);
        service.engine.plugins[verb](name);
        return find(service, name);
      },
    }),
  ),
];

function find({ engine }: Service, name: string) {
  const found = engine.plugins.list().find((plugin) => plugin.name === name);
  if (found !== undefined) return found;
  throw new OrchestratorError('not_found', 'There is no such plugin; GET /api/v1/plugins lists them.');
}
