import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import { sessionField } from '../request-body.ts';
import { NO_BODY, route, SMALL_BODY } from '../route.ts';
import type { Service } from '../service.ts';

const params = z.strictObject({ id: sessionField.describe('The session.') });

const limit = z
  .int()
  .min(0)
  .max(2 ** 50)
  .optional();

const budgetSchema = z.looseObject({
  session_id: z.string(),
  used: z.number(),
  reserved: z.number().describe('Of requests on their way.'),
  max_tokens: z.number().describe('0 is no limit.'),
  warn_tokens: z.number().describe('0 is never.'),
  standing: z.enum(['ok', 'soft_warning', 'exhausted']),
});

/** What may come in: rates, and the tokens of single sessions. */
export const limitRoutes = [
  route({
    method: 'GET',
    paths: ['/api/v1/rate-limiter/stats'],
    summary: 'What the rate limits let in, refused, and would let in now',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { replies: { 200: z.looseObject({ enabled: z.boolean(), allowed: z.number(), limited: z.number() }) } },
    handle({ service }) {
      const limits = service.engine.snapshot().admission?.limits;
      return limits === undefined ? { enabled: false, allowed: 0, limited: 0 } : { enabled: true, ...limits };
    },
  }),
  route({
    method: 'GET',
    paths: ['/v1/sessions/:id/budget'],
    summary: 'The tokens of a session: used, reserved, allowed',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { params, replies: { 200: budgetSchema } },
    handle: ({ service, visitor, params: { id } }) => ({
      session_id: id,
      ...budgetsOf(service).read(id, visitor.tenant),
    }),
  }),
  route({
    method: 'PUT',
    paths: ['/v1/sessions/:id/budget'],
    summary: 'Limit the tokens of a session, or say from where on it is warned of; it holds until the service ends',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: {
      params,
      body: z
        .strictObject({
          max_tokens: limit.describe('0 takes the limit away; without it, it stays.'),
          warn_tokens: limit.describe('Above it the session stands at `soft_warning`, and goes on; 0 is never.'),
        })
        .refine((body) => Object.keys(body).length > 0, 'needs max_tokens or warn_tokens'),
      replies: { 200: budgetSchema },
    },
    handle: ({ service, visitor, params: { id }, body }) => ({
      session_id: id,
      ...budgetsOf(service).set(id, body, visitor.tenant),
    }),
  }),
] as const;

function budgetsOf({ engine }: Service) {
  if (engine.sessionBudgets !== null) return engine.sessionBudgets;
  throw new OrchestratorError(
    'request_invalid',
    'Tokens are not counted here: set one of token_budget.max_tokens_per_session, _per_period and _per_request.',
    { param: 'token_budget' },
  );
}
