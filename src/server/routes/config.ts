import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
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
    handle: ({ service, body }) => refused(async () => service.config.patch(body)),
  }),
  route({
    method: 'POST',
    paths: ['/v1/config/reload'],
    summary: 'Read the configuration files again',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: { replies: { 200: changes } },
    handle: ({ service }) => refused(() => service.config.reload()),
  }),
] as const;

/** A change that cannot be is the fault of who asked for it, not of the service. */
async function refused<Value>(change: () => Promise<Value>): Promise<Value> {
  try {
    return await change();
  } catch (thrown) {
    if (!(thrown instanceof OrchestratorError) || thrown.code !== 'config_invalid') throw thrown;
    throw new OrchestratorError('request_invalid', thrown.message, { cause: thrown });
  }
}
