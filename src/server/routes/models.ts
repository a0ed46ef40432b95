import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import { anthropicRefusal } from '../dialects/anthropic/refusal.ts';
import { openAiRefusal } from '../dialects/openai/refusal.ts';
import { NO_BODY, type Route, route } from '../route.ts';
import type { Service } from '../service.ts';

const read = {
  method: 'GET',
  auth: 'key',
  limits: { bodyBytes: NO_BODY },
  refuse: (error, requestId, headers) => (isAnthropic(headers) ? anthropicRefusal : openAiRefusal)(error, requestId),
} as const satisfies Partial<Route>;

/** Clients of Anthropic's dialect name its version in every request. */
const isAnthropic = (headers: Readonly<Record<string, unknown>>): boolean => headers['anthropic-version'] !== undefined;

const page = z.looseObject({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  after_id: z.string().optional(),
  before_id: z.string().optional(),
});

/** The usual models of the providers and the names that stand for others, in the form of the caller's dialect. */
export const modelRoutes = [
  route({
    ...read,
    paths: ['/v1/models'],
    summary: 'The usual models of the providers, as OpenAI lists them; with `anthropic-version`, as Anthropic does',
    schema: { query: page, replies: { 200: z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) }) } },
    handle({ service, headers, query: { limit, after_id, before_id } }) {
      const models = modelsOf(service);
      if (!isAnthropic(headers)) return { object: 'list', data: models.map(openAiModel) };
      const from = after_id === undefined ? 0 : models.findIndex(({ id }) => id === after_id) + 1;
      const to = before_id === undefined ? models.length : models.findIndex(({ id }) => id === before_id);
      const shown = models.slice(from, Math.max(from, to)).slice(0, limit);
      return {
        data: shown.map(anthropicModel),
        first_id: shown[0]?.id ?? null,
        last_id: shown.at(-1)?.id ?? null,
        has_more: shown.length > 0 && shown.at(-1) !== models.at(-1),
      };
    },
  }),
  route({
    ...read,
    paths: ['/v1/models/:id'],
    summary: 'One of them',
    schema: {
      params: z.strictObject({ id: z.string().max(256) }),
      query: z.looseObject({}),
      replies: { 200: z.looseObject({ id: z.string() }) },
    },
    handle({ service, headers, params: { id } }) {
      // As a request may name it.
      const found = modelsOf(service).find(
        (model) => model.id === id || model.provider === id || `${model.provider}/${model.id}` === id,
      );
      if (found === undefined)
        throw new OrchestratorError('not_found', `There is no model ${id}; GET /v1/models lists them.`);
      return isAnthropic(headers) ? anthropicModel(found) : openAiModel(found);
    },
  }),
] as const;

interface Model {
  readonly id: string;
  /** Whose it is; of an alias, what it stands for. */
  readonly provider: string;
  /** Since when it is known here, milliseconds since 1970. */
  readonly since: number;
}

function modelsOf({ engine, aliases }: Service): readonly Model[] {
  const { providers, at, uptime_ms } = engine.snapshot();
  const models = Object.entries(providers).map(([provider, { model }]) => ({
    id: model,
    provider,
    since: at - uptime_ms,
  }));
  const since = at - uptime_ms;
  const all = [...models, ...Object.entries(aliases).map(([id, provider]) => ({ id, provider, since }))];
  // Two providers may have the same one.
  return all.filter(({ id }, place) => all.findIndex((other) => other.id === id) === place);
}

const openAiModel = ({ id, provider, since }: Model) => ({
  id,
  object: 'model',
  created: Math.floor(since / 1000),
  owned_by: provider,
});

const anthropicModel = ({ id, since }: Model) => ({
  type: 'model',
  id,
  display_name: id,
  created_at: new Date(since).toISOString(),
});
