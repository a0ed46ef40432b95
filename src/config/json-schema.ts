import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { aliasesOf } from './aliases.ts';

/** The part of JSON Schema (draft 2020-12) that sections come out as. */
export interface JsonSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly deprecated?: boolean;
  readonly $schema?: string;
}

/** One section as JSON Schema: what a file may hold, so keys with a default are not required. */
export function sectionJsonSchema(section: ConfigSection): JsonSchema {
  const schema = z.toJSONSchema(section.schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // `z.int()` bounds by what a number holds exactly; as a rule for people that is none.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  }) as JsonSchema;
  const { $schema: _dialect, ...rest } = schema;
  return { description: section.summary, ...rest };
}

/** The JSON Schema of a whole `pipeline.toml`, for editors. Older names are in it, marked as deprecated. */
export function configJsonSchema(sections: readonly ConfigSection[]): JsonSchema {
  let properties: Properties = {};
  for (const section of sections)
    properties = withSchema(properties, section.path.split('.'), sectionJsonSchema(section));
  const current = properties;
  for (const { from, to } of aliasesOf(sections)) {
    const target = schemaAt(current, to);
    if (target === undefined) throw new Error(`alias of an unknown key: ${to.join('.')}`);
    const { default: _value, ...rest } = target;
    const alias = { ...rest, description: `Older name of ${to.join('.')}.`, deprecated: true };
    properties = withSchema(properties, from, alias);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'orchestrator pipeline.toml',
    description: 'Configuration of orchestrator. Every section and key is optional.',
    ...tableOf(properties),
  };
}

type Properties = Readonly<Record<string, JsonSchema>>;

const tableOf = (properties: Properties): JsonSchema => ({ type: 'object', properties, additionalProperties: false });

function withSchema(properties: Properties, path: readonly string[], schema: JsonSchema): Properties {
  const [head, ...rest] = path;
  if (head === undefined) return properties;
  if (rest.length === 0) return { ...properties, [head]: schema };
  return { ...properties, [head]: tableOf(withSchema(properties[head]?.properties ?? {}, rest, schema)) };
}

function schemaAt(properties: Properties, path: readonly string[]): JsonSchema | undefined {
  const [head, ...rest] = path;
  const schema = head === undefined ? undefined : properties[head];
  return rest.length === 0 ? schema : schemaAt(schema?.properties ?? {}, rest);
}
