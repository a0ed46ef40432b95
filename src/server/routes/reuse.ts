import { z } from 'zod';
import { NO_BODY, route } from '../route.ts';
import type { Service } from '../service.ts';

const statsSchema = z.looseObject({
  enabled: z.boolean(),
  hit_rate: z.number(),
  entries: z.number(),
  evictions: z.number(),
});

export const reuseRoutes = [
  route({
    method: 'GET',
    paths: ['/api/v1/cache/stats'],
    summary: 'Hit rate, entries and evictions of the answers that are kept',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 200: statsSchema } },
    handle: ({ service }) => statsOf(service),
  }),
  route({
    method: 'DELETE',
    paths: ['/api/v1/cache'],
    summary: 'Forget all answers that are kept',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 200: z.strictObject({ flushed: z.number() }) } },
    handle: ({ service }) => ({ flushed: service.engine.flushCache() }),
  }),
  route({
    method: 'GET',
    paths: ['/api/v1/debug/dedup-index'],
    summary: 'What is known of equal and nearly equal requests',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 200: z.looseObject({ enabled: z.boolean() }) } },
    handle({ service }) {
      const { reuse } = service.engine.snapshot();
      return { enabled: reuse !== undefined, ...reuse };
    },
  }),
] as const;

function statsOf({ engine }: Service) {
  const { reuse } = engine.snapshot();
  if (reuse === undefined)
    return { enabled: false, hit_rate: 0, entries: 0, capacity: 0, hits: 0, misses: 0, evictions: 0 };
  const { exact_hits, in_flight_joins, dedup_semantic_hits_total, misses, entries, capacity, evictions } = reuse;
  const hits = exact_hits + in_flight_joins + dedup_semantic_hits_total;
  return {
    enabled: true,
    hit_rate: hits + misses === 0 ? 0 : hits / (hits + misses),
    entries,
    capacity,
    hits,
    exact_hits,
    in_flight_joins,
    near_duplicates: dedup_semantic_hits_total,
    misses,
    evictions,
  };
}
