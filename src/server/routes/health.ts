import { z } from 'zod';
import { healthOf, isReady } from '../health.ts';
import { NO_BODY, route } from '../route.ts';
import type { Service } from '../service.ts';

const healthSchema = z.looseObject({
  status: z.enum(['healthy', 'degraded', 'unavailable', 'draining']),
  version: z.string(),
  uptime_s: z.number(),
  shutting_down: z.boolean(),
  dead_letter_queue_depth: z.number(),
});

const open = { auth: 'open', limits: { bodyBytes: NO_BODY }, anyHost: true, method: 'GET' } as const;

/** How long the store may take to say how many dead letters it holds, milliseconds: a disk that hangs must not hide how we are. */
const COUNT_MS = 100;

/** Other processes put dead letters into the store, and take some out. Null where it does not say. */
function countOf({ deadLetters, clock }: Service): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = clock.after(COUNT_MS, () => resolve(null), true);
    const tell = (total: number | null): void => {
      timer.cancel();
      resolve(total);
    };
    deadLetters.count().then(
      ({ total }) => tell(total),
      () => tell(null),
    );
  });
}

export const healthRoutes = [
  route({
    ...open,
    paths: ['/health', '/v1/health'],
    summary: 'How the service is; 503 when it takes nothing new or no provider can be tried',
    schema: { replies: { 200: healthSchema, 503: healthSchema } },
    async handle({ service, reply }) {
      const stored = await countOf(service);
      if (!isReady(service)) reply.code(503);
      return healthOf(service, stored);
    },
  }),
  route({
    ...open,
    paths: ['/live'],
    summary: 'The process answers',
    schema: { replies: { 200: z.strictObject({ status: z.literal('alive') }) } },
    handle: () => ({ status: 'alive' }),
  }),
  route({
    ...open,
    paths: ['/ready'],
    summary: 'New requests are taken; 503 when not',
    schema: { replies: { 200: z.strictObject({ status: z.string() }), 503: z.strictObject({ status: z.string() }) } },
    handle({ service, reply }) {
      if (isReady(service)) return { status: 'ready' };
      reply.code(503);
      return { status: healthOf(service).status };
    },
  }),
  route({
    method: 'GET',
    paths: ['/version'],
    summary: 'Name and version of the program',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 200: z.strictObject({ name: z.string(), version: z.string() }) } },
    handle: ({ service }) => ({ name: 'orchestrator', version: service.version }),
  }),
] as const;
