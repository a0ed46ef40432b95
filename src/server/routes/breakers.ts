import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import { NO_BODY, route, SMALL_BODY } from '../route.ts';
import type { Service } from '../service.ts';

const params = z.strictObject({ provider: z.string().min(1).max(64) });

const replies = {
  200: z.strictObject({ circuit_breakers: z.array(z.looseObject({ provider: z.string(), state: z.string() })) }),
};

export const breakerRoutes = [
  route({
    method: 'GET',
    paths: ['/v1/circuit-breakers'],
    summary: 'The circuit breaker of each provider',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies },
    handle: ({ service }) => listing(service),
  }),
  route({
    method: 'POST',
    paths: ['/v1/circuit-breaker/reset'],
    summary: 'Close all breakers and forget their failures',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: { replies },
    handle({ service }) {
      service.engine.breakers.reset();
      return listing(service);
    },
  }),
  route({
    method: 'POST',
    paths: ['/v1/circuit-breaker/:provider/reset'],
    summary: 'Close the breaker of a provider and forget its failures',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: { params, replies },
    handle({ service, params: { provider } }) {
      find(service, provider);
      service.engine.breakers.reset(provider);
      return listing(service);
    },
  }),
  route({
    method: 'POST',
    paths: ['/v1/circuit-breaker/:provider/trip'],
    summary: 'Open the breaker of a provider until it is reset',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: {
      params,
      body: z.strictObject({ reason: z.string().min(1).max(200).optional() }),
      optionalBody: true,
      replies,
    },
    handle({ service, params: { provider }, body: { reason } }) {
      find(service, provider);
      service.engine.breakers.trip(provider, reason);
      return listing(service);
    },
  }),
] as const;

const listing = ({ engine }: Service) => ({ circuit_breakers: engine.breakers.list() });

function find({ engine }: Service, provider: string): void {
  if (engine.breakers.list().some((breaker) => breaker.provider === provider)) return;
  throw new OrchestratorError(
    'not_found',
    'No provider of this name has a breaker; GET /v1/circuit-breakers lists them.',
  );
}
