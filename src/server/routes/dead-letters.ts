import { Readable } from 'node:stream';
import { z } from 'zod';
import { DEAD_LETTER_REASONS } from '../../core/dead-letter.ts';
import { encodeDeadLetter } from '../../core/dead-letter-record.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { sealed } from '../../core/seal.ts';
import { idField, sessionField } from '../request-body.ts';
import { NO_BODY, route, SMALL_BODY } from '../route.ts';

const idParams = z.strictObject({ id: idField.describe('Number of the letter, or id of its request.') });

const replaySchema = z.looseObject({ replayed: z.number() });

export const deadLetterRoutes = [
  route({
    method: 'GET',
    paths: ['/v1/dlq', '/api/v1/debug/dlq'],
    summary: 'Dead letters, newest first; `format=ndjson` streams all of them as `replay` reads them',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: {
      query: z.strictObject({
        format: z.enum(['json', 'ndjson']).default('json'),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        before: z.coerce.number().int().min(1).optional().describe('`next_before` of the page before.'),
        reason: z.enum(DEAD_LETTER_REASONS).optional(),
      }),
      replies: { 200: z.looseObject({ total: z.number(), dead_letters: z.array(z.unknown()) }) },
    },
    async handle({ service, visitor, query: { format, limit, before, reason }, reply }) {
      const deadLetters = service.deadLetters.within(visitor);
      if (format === 'ndjson') {
        reply.type('application/x-ndjson; charset=utf-8');
        return Readable.from(linesOf(deadLetters.each(), reason));
      }
      const page = await deadLetters.list({
        limit,
        ...(before === undefined ? {} : { beforeId: before }),
        ...(reason === undefined ? {} : { reason }),
      });
      const count = await deadLetters.count();
      return {
        ...count,
        capacity: deadLetters.capacity,
        dead_letters: page.map((letter) => ({ id: letter.id, ...encodeDeadLetter(letter) })),
        next_before: page.length === limit ? page.at(-1)!.id : null,
      };
    },
  }),
  route({
    method: 'POST',
    paths: ['/v1/dlq/replay/:id'],
    summary: 'Send a dead letter again',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: { params: idParams, replies: { 202: replaySchema } },
    async handle({ service: { engine, deadLetters }, visitor, params: { id }, reply }) {
      const letters = await deadLetters.within(visitor).find(id);
      if (letters.length === 0) throw unknownLetter(id);
      reply.code(202);
      // The latest of them is the request as it is now; sent once, it takes the others with it.
      return {
        replayed: engine.replayDeadLetters({ letters: letters.slice(-1) }),
        request_id: letters.at(-1)!.request.id,
      };
    },
  }),
  route({
    method: 'POST',
    paths: ['/v1/dlq/replay'],
    summary: 'Send dead letters again, the oldest first',
    auth: 'key',
    limits: { bodyBytes: SMALL_BODY },
    schema: {
      body: z.strictObject({
        session_id: sessionField.optional(),
        reason: z.enum(DEAD_LETTER_REASONS).optional(),
        limit: z.int().min(1).max(1000).default(256),
      }),
      optionalBody: true,
      replies: { 202: replaySchema },
    },
    async handle({ service, visitor, body: { session_id, reason, limit }, reply }) {
      const deadLetters = service.deadLetters.within(visitor);
      const letters = await deadLetters.oldest(limit, session_id, reason);
      reply.code(202);
      return { replayed: service.engine.replayDeadLetters({ letters }), total: (await deadLetters.count()).total };
    },
  }),
  route({
    method: 'DELETE',
    paths: ['/v1/dlq/:id'],
    summary: 'Remove a dead letter for good',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: { params: idParams, replies: { 200: z.strictObject({ removed: z.number() }) } },
    async handle({ service: { deadLetters }, visitor, params: { id } }) {
      const removed = await deadLetters.within(visitor).remove(id);
      if (removed === 0) throw unknownLetter(id);
      return { removed };
    },
  }),
  route({
    method: 'DELETE',
    paths: ['/v1/dlq'],
    summary: 'Remove all dead letters for good',
    auth: 'key',
    limits: { bodyBytes: NO_BODY },
    schema: {
      query: z.strictObject({ reason: z.enum(DEAD_LETTER_REASONS).optional() }),
      replies: { 200: z.strictObject({ removed: z.number() }) },
    },
    handle: async ({ service: { deadLetters }, visitor, query: { reason } }) => ({
      removed: await deadLetters.within(visitor).purge(reason),
    }),
  }),
] as const;

async function* linesOf(
  letters: AsyncIterable<Parameters<typeof encodeDeadLetter>[0]>,
  reason: string | undefined,
): AsyncGenerator<string, void, void> {
  for await (const letter of letters) {
    if (reason !== undefined && letter.reason !== reason) continue;
    yield `${JSON.stringify(sealed(encodeDeadLetter(letter)))}\n`;
  }
}

const unknownLetter = (id: string): OrchestratorError =>
  new OrchestratorError('not_found', `There is no dead letter ${id}; GET /v1/dlq lists them.`);
