import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import { NO_BODY, route } from '../route.ts';
import type { Service } from '../service.ts';

const read = { method: 'GET', auth: 'key', limits: { bodyBytes: NO_BODY } } as const;

export const routingRoutes = [
  route({
    ...read,
    paths: ['/v1/requests/:id/explain'],
    summary: 'Why a request went where it went: candidates, attempts, times',
    schema: {
      params: z.strictObject({ id: z.string().min(1).max(64) }),
      replies: { 200: z.looseObject({ id: z.string(), status: z.string() }) },
    },
    handle({ service, params: { id } }) {
      const story = service.engine.explain(id);
      if (story !== null) return story;
      throw new OrchestratorError(
        'not_found',
        'No story is known of this request: it is too long ago, or it ran straight through with nothing to choose.',
      );
    },
  }),
  route({
    ...read,
    paths: ['/api/v1/load-balancer/stats'],
    summary: 'The policy, and health, share and load of every provider',
    schema: { replies: { 200: z.looseObject({ policy: z.string(), endpoints: z.array(z.looseObject({})) }) } },
    handle: ({ service }) => statsOf(service),
  }),
] as const;

function statsOf({ engine }: Service) {
  const { routing, providers } = engine.snapshot();
  return {
    ...(routing ?? { policy: 'single' }),
    endpoints: Object.entries(providers).map(([id, { kind, model, calls, ok, share = 1, in_flight, health }]) => ({
      ...{ id, kind, model, calls, ok, share, in_flight, health },
      healthy: health.state === 'healthy',
    })),
  };
}
