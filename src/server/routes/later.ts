import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import { type Route, SMALL_BODY } from '../route.ts';

/** Routes whose feature is not there yet: they are known, and say so. Whoever builds the feature takes its rows out. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  'responses and embeddings': ['POST /v1/responses', 'POST /v1/embeddings'],
  templates: [
    'POST /api/v1/templates',
    'GET /api/v1/templates',
    'GET /api/v1/templates/:name',
    'DELETE /api/v1/templates/:name',
    'POST /api/v1/templates/:name/render',
  ],
  'A/B tests': [
    'POST /api/v1/ab-tests',
    'GET /api/v1/ab-tests',
    'GET /api/v1/ab-tests/:name/results',
    'POST /api/v1/ab-tests/:name/observations',
    'DELETE /api/v1/ab-tests/:name',
  ],
  sessions: [
    'POST /api/v1/sessions',
    'GET /api/v1/sessions/:id',
    'DELETE /api/v1/sessions/:id',
    'POST /api/v1/sessions/:id/messages',
    'GET /api/v1/sessions/:id/context',
    'GET /api/v1/sessions/:id/export',
    'POST /api/v1/sessions/import',
  ],
  schedules: [
    'POST /api/v1/schedule',
    'GET /api/v1/schedule',
    'GET /api/v1/schedule/:id',
    'DELETE /api/v1/schedule/:id',
    'PATCH /api/v1/schedule/:id/enable',
    'PATCH /api/v1/schedule/:id/disable',
  ],
  'the audit log': ['GET /api/v1/audit', 'GET /api/v1/audit/stats', 'GET /api/v1/audit/export'],
};

export const laterRoutes: readonly Route[] = Object.entries(LATER).flatMap(([feature, routes]) =>
  routes.map((line): Route => {
    const [method = '', path = ''] = line.split(' ');
    return {
      method: method as Route['method'],
      paths: [path],
      summary: `Not there yet: ${feature}`,
      auth: 'key',
      limits: { bodyBytes: SMALL_BODY },
      schema: { params: z.unknown(), query: z.unknown(), body: z.unknown(), replies: { 501: 'Not there yet.' } },
      handle() {
        throw notBuilt(feature);
      },
    };
  }),
);

/** The feature has a place in the API, and is not there. */
const notBuilt = (feature: string): OrchestratorError =>
  new OrchestratorError('not_built', `Not built yet: ${feature}.`);
