import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import { BLANK } from '../../core/request.ts';
import type { AcceptedRequest } from '../../storage/accepted-requests.ts';
import { isIn } from '../access.ts';
import { idField, sessionField } from '../request-body.ts';
import { headerSettings, keepsRequest } from '../request-headers.ts';
import { type Call, NO_BODY, route } from '../route.ts';
import { resultOf } from './infer.ts';
import { claimOf } from './prompt.ts';

const CONCURRENCY = 4;

const batchBody = z.strictObject({
  prompts: z.array(z.string().regex(/\S/, BLANK)).min(1).max(100),
  session_id: sessionField.nullish(),
  max_concurrency: z.int().min(1).max(16).nullish().describe(`Prompts in flight at once; default ${CONCURRENCY}.`),
});

const waitQuery = z.strictObject({
  wait: z.enum(['true', 'false']).default('false').describe('Answered when the whole job has ended.'),
});

const jobParams = z.strictObject({ job: idField });

const progressSchema = z.looseObject({
  job_id: z.string(),
  status: z.string().describe('processing or completed'),
  total: z.number(),
  completed: z.number(),
  failed: z.number(),
});

export const batchRoutes = [
  route({
    method: 'POST',
    paths: ['/api/v1/batch'],
    summary: 'Accept up to 100 prompts as one job',
    auth: 'key',
    limits: { bodyBytes: 'configured' },
    schema: { body: batchBody, query: waitQuery, replies: { 202: progressSchema, 200: progressSchema } },
    async handle(call) {
      const { service, body, query, headers, reply } = call;
      const { prompts, session_id, max_concurrency } = body;
      const settings = headerSettings(call);
      const job = service.ids().replace(/^req-/, 'job-');
      const session = session_id ?? settings.session ?? `web-${job}`;
      const requests = prompts.map((content) => ({
        id: service.ids(),
        session,
        messages: [{ role: 'user', content } as const],
        ...(settings.priority === undefined ? {} : { priority: settings.priority }),
        ...(settings.deadlineMs === undefined ? {} : { deadline_ms: settings.deadlineMs }),
        ...(settings.noCache === undefined ? {} : { no_cache: settings.noCache }),
        ...(settings.tenant === undefined ? {} : { tenant: settings.tenant }),
      }));
      const { id, replayed } = await service.submissions.acceptBatch(
        job,
        requests,
        max_concurrency ?? CONCURRENCY,
        claimOf('batch', call),
        { keeps: keepsRequest(headers) },
      );
      if (replayed) reply.header('idempotent-replayed', 'true');
      if (query.wait === 'true') return whole(call, id, true);
      reply.code(202);
      return { job_id: id, session_id: session, status: 'processing', total: prompts.length, completed: 0, failed: 0 };
    },
  }),
  route({
    method: 'GET',
    paths: ['/api/v1/batch/:job'],
    summary: 'A job with its results, in the order of its prompts',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { params: jobParams, query: waitQuery, replies: { 200: progressSchema } },
    handle: (call) => whole(call, call.params.job, call.query.wait === 'true'),
  }),
  route({
    method: 'GET',
    paths: ['/api/v1/batch/:job/progress'],
    summary: 'How far a job is',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { params: jobParams, replies: { 200: progressSchema } },
    handle: async (call) => progressOf(call.params.job, await requestsOf(call, call.params.job)),
  }),
] as const;

type Asker = Pick<Call<unknown, unknown, unknown>, 'service' | 'visitor'>;

async function whole(call: Asker, job: string, wait: boolean) {
  if (wait) await call.service.submissions.batchEnded(job);
  const requests = await requestsOf(call, job);
  return { ...progressOf(job, requests), results: requests.map((request, index) => ({ index, ...resultOf(request) })) };
}

async function requestsOf({ service, visitor }: Asker, job: string): Promise<readonly AcceptedRequest[]> {
  const requests = await service.submissions.accepted.ofBatch(job);
  if (requests.length > 0 && isIn(visitor.scope, requests[0]!.request)) return requests;
  throw new OrchestratorError('not_found', `There is no job ${job}, or its results are not kept any more.`);
}

function progressOf(job: string, requests: readonly AcceptedRequest[]) {
  const ended = requests.filter(({ status }) => status !== null);
  const completed = ended.filter(({ status }) => status === 'completed').length;
  return {
    job_id: job,
    session_id: requests[0]?.request.session ?? null,
    status: ended.length === requests.length ? 'completed' : 'processing',
    total: requests.length,
    completed,
    failed: ended.length - completed,
    progress: Math.round((ended.length / requests.length) * 1000) / 10,
  };
}
