import { z } from 'zod';
import { DEAD_LETTER_REASONS } from '../../core/dead-letter.ts';
import { encodeDeadLetter } from '../../core/dead-letter-record.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { idField, sessionField } from '../request-body.ts';
import { tool } from './tool.ts';

const NOTHING = z.strictObject({});
const reason = z.enum(DEAD_LETTER_REASONS).optional();
const changes = z.looseObject({ applied: z.array(z.unknown()), needs_restart: z.array(z.unknown()) });

export const engineTools = [
  tool({
    name: 'pipeline_status',
    title: 'How the pipeline is',
    description: 'State, stages, queues, rates, latencies, providers with their circuit breakers, and dead letters.',
    input: NOTHING,
    output: z.looseObject({ state: z.string() }),
    readOnly: true,
    run({ engine }) {
      const { log: _log, ...snapshot } = engine.snapshot();
      return snapshot;
    },
  }),
  tool({
    name: 'configure_pipeline',
    title: 'Change the running configuration',
    description:
      'Lays values over the running configuration, nested as in pipeline.toml, such as {"resilience":{"retry_attempts":2}}. What only a restart brings is named and left as it is.',
    input: z.strictObject({ values: z.record(z.string(), z.unknown()).describe('Nested as in pipeline.toml.') }),
    output: changes,
    readOnly: false,
    run: ({ config }, { values }) => config.patch(values),
  }),
  tool({
    name: 'reload_config',
    title: 'Read the configuration again',
    description: 'Reads all sources of the configuration again, and takes over what can be changed while running.',
    input: NOTHING,
    output: changes,
    readOnly: false,
    run: ({ config }) => config.reload(),
  }),
  tool({
    name: 'dump_dlq',
    title: 'Show dead letters',
    description: 'Requests that were lost, whole, newest first.',
    input: z.strictObject({
      limit: z.int().min(1).max(1000).default(100),
      before: z.int().min(1).optional().describe('`next_before` of the page before.'),
      reason,
    }),
    output: z.looseObject({ total: z.number(), dead_letters: z.array(z.unknown()) }),
    readOnly: true,
    async run({ deadLetters }, { limit, before, reason }) {
      const page = await deadLetters.list({
        limit,
        ...(before === undefined ? {} : { beforeId: before }),
        ...(reason === undefined ? {} : { reason }),
      });
      return {
        ...(await deadLetters.count()),
        dead_letters: page.map((letter) => ({ id: letter.id, ...encodeDeadLetter(letter) })),
        next_before: page.length === limit ? page.at(-1)!.id : null,
      };
    },
  }),
  tool({
    name: 'replay_dlq',
    title: 'Send dead letters again',
    description: 'Sends dead letters again, the oldest first: one of them by number or request, or all that match.',
    input: z.strictObject({
      id: idField.optional().describe('Number of the letter, or id of its request.'),
      session_id: sessionField.optional(),
      reason,
      limit: z.int().min(1).max(1000).default(256),
    }),
    output: z.looseObject({ replayed: z.number(), total: z.number() }),
    readOnly: false,
    async run({ engine, deadLetters }, { id, session_id, reason, limit }) {
      const found = id === undefined ? await deadLetters.oldest(limit, session_id, reason) : await deadLetters.find(id);
      if (id !== undefined && found.length === 0) {
        throw new OrchestratorError('not_found', `There is no dead letter ${id}; dump_dlq lists them.`);
      }
      // The latest of several for one request is the request as it is now; sent once, it takes the others with it.
      const letters = id === undefined ? found : found.slice(-1);
      return { replayed: engine.replayDeadLetters({ letters }), total: (await deadLetters.count()).total };
    },
  }),
];
