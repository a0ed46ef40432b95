import { z } from 'zod';
import { NO_BODY, route, SMALL_BODY } from '../route.ts';

const change = z.looseObject({ key: z.string() });
const changes = z.strictObject({ applied: z.array(change), needs_restart: z.array(change) });

export const configRoutes = [
  route({
    method: 'GET',
    paths: ['/v1/config'],
    summary: 'The running configuration, with secrets masked',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 200: z.looseObject({}) } },
    handle: ({ service }) => service.config.show(),
  }),
  route({
    method: 'PATCH',
    paths: ['/v1/config'],
    summary: 'Change keys of the running configuration; those that need a restart are named and left as they are',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: { body: z.looseObject({}), replies: { 200: changes } },
    handle: ({ service, body }) => service.config.patch(body),
  }),
  route({
    method: 'POST',
    paths: ['/v1/config/reload'],
    summary: 'Read the configuration files again',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: { replies: { 200: changes } },
    handle: ({ service }) => service.config.reload(),
  }),
] as const;
