import { z } from 'zod';
import type { Route } from './route.ts';

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'code', 'param', 'source', 'request_id'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        code: { type: 'string', description: 'A code of docs/errors.md' },
        param: { type: ['string', 'null'] },
        fields: {
          type: 'array',
          items: {
            type: 'object',
            properties: { field: { type: 'string' }, message: { type: 'string' } },
          },
        },
        source: { enum: ['gateway', 'upstream'] },
        request_id: { type: 'string' },
      },
    },
  },
} as const;

type JsonSchema = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1 of all routes, from the schemas that check them. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    for (const path of route.paths) {
      const key = path.replace(/:(\w+)/g, '{$1}');
      paths[key] = { ...paths[key], [route.method.toLowerCase()]: operationOf(route, path) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'orchestrator', version, description: 'LLM inference orchestration.' },
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  };
}

function operationOf({ summary, schema, auth, method }: Route, path: string): object {
  const parameters = [...parametersOf(schema.params, 'path', path), ...parametersOf(schema.query, 'query', path)];
  const replies = Object.entries(schema.replies).map(([status, reply]) => [status, replyOf(reply)]);
  return {
    summary,
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema.body === undefined
      ? {}
      : {
          requestBody: {
            required: schema.optionalBody !== true,
            content: { 'application/json': { schema: jsonSchemaOf(schema.body, 'input') } },
          },
        }),
    responses: {
      ...Object.fromEntries(replies),
      default: {
        description: 'An error.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
    security: auth === 'open' ? [] : [{ bearer: [] }, { key: [] }],
  };
}

function replyOf(reply: z.ZodType | string): object {
  if (typeof reply === 'string') return { description: reply };
  return { description: 'As described.', content: { 'application/json': { schema: jsonSchemaOf(reply, 'output') } } };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', path: string): readonly object[] {
  const { properties, required = [] } = (schema === undefined ? {} : jsonSchemaOf(schema, 'input')) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  // A route that says nothing of its parameters still has those of its path.
  const known =
    properties ??
    (place === 'query'
      ? {}
      : Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name]) => [name!, { type: 'string' }])));
  return Object.entries(known).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return rest;
}
