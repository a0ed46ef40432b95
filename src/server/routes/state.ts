import { z } from 'zod';
import type { Snapshot } from '../../telemetry/snapshot.ts';
import { NO_BODY, route } from '../route.ts';
import type { Service } from '../service.ts';

const snapshotSchema = z.looseObject({
  at: z.number(),
  name: z.string(),
  state: z.string(),
  totals: z.looseObject({}),
});

const read = { method: 'GET', auth: 'key', limits: { bodyBytes: NO_BODY } } as const;

export const stateRoutes = [
  route({
    ...read,
    paths: ['/v1/snapshot'],
    summary: 'The one picture of the engine that everything shows',
    schema: { replies: { 200: snapshotSchema } },
    handle({ service, reply }) {
      reply.type('application/json; charset=utf-8');
      return service.snapshotJson();
    },
  }),
  route({
    ...read,
    paths: ['/v1/events'],
    summary: 'The snapshot whenever it changes, at most ten times a second',
    schema: { replies: { 200: 'Server-sent events: `snapshot`, and `end` when the service stops.' } },
    async handle({ service, reply, requestId }) {
      const stream = service.streams.open(reply, requestId, 'live');
      let changed: () => void = () => undefined;
      const unsubscribe = service.engine.subscribe(() => changed());
      void stream.closed.then(() => changed());
      try {
        for (let shown: Snapshot | null = null; stream.open; ) {
          const snapshot: Snapshot = service.engine.snapshot();
          if (snapshot === shown) {
            await new Promise<void>((resolve) => {
              changed = resolve;
            });
            continue;
          }
          shown = snapshot;
          // A slow client misses pictures, never the latest one.
          if (!(await stream.send('snapshot', service.snapshotJson()))) return;
        }
      } finally {
        unsubscribe();
      }
    },
  }),
  route({
    ...read,
    paths: ['/v1/requests'],
    summary: 'Requests in flight, and the latest that waited or did not end well',
    schema: {
      replies: {
        200: z.looseObject({
          at: z.number(),
          in_flight: z.number(),
          open: z.array(z.unknown()),
          ended: z.array(z.unknown()),
        }),
      },
    },
    handle: ({ service }) => service.engine.requests(),
  }),
  route({
    ...read,
    paths: ['/v1/providers'],
    summary: 'The providers with their records',
    schema: { replies: { 200: z.strictObject({ providers: z.record(z.string(), z.unknown()) }) } },
    handle: ({ service }) => ({ providers: service.engine.snapshot().providers }),
  }),
  route({
    ...read,
    paths: ['/api/v1/pipeline/status', '/api/v1/debug/pipeline'],
    summary: 'Stages, totals and rates of the pipeline',
    schema: { replies: { 200: z.looseObject({ state: z.string(), stages: z.looseObject({}) }) } },
    handle: ({ service }) => pipelineOf(service),
  }),
] as const;

function pipelineOf({ engine }: Service) {
  const { name, version, state, uptime_ms, totals, rates, stages, latency, throughput } = engine.snapshot();
  return { name, version, state, uptime_ms, totals, rates, stages, latency, throughput };
}
