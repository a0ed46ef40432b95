import type { ConfigSection } from '../core/config-section.ts';
import { type JsonSchema, sectionJsonSchema } from './json-schema.ts';
import { matches, type Path } from './path.ts';

/** One key that a file may hold; `*` in its path stands for a name of the user's choice. */
export interface ConfigKey {
  readonly path: Path;
  readonly schema: JsonSchema;
  readonly required: boolean;
  /** The value of `kind` that the table must have for this key to be in it. */
  readonly variant?: string;
}

/** The keys of one section, in the order of its schema. */
export function sectionKeys(section: ConfigSection): readonly ConfigKey[] {
  return keysOf(sectionJsonSchema(section), section.path.split('.'));
}

function keysOf(schema: JsonSchema, path: Path, variant?: string): readonly ConfigKey[] {
  const keys: ConfigKey[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const at = [...path, name];
    const inner = keysOf(property, at, variant);
    if (inner.length > 0) keys.push(...inner);
    else {
      const required = schema.required?.includes(name) === true;
      keys.push({ path: at, schema: property, required, ...(variant === undefined ? {} : { variant }) });
    }
  }
  for (const option of schema.oneOf ?? []) keys.push(...keysOf(option, path, kindOf(option)));
  if (typeof schema.additionalProperties === 'object') {
    keys.push(...keysOf(schema.additionalProperties, [...path, '*'], variant));
  }
  return keys;
}

function kindOf(option: JsonSchema): string | undefined {
  const kind = option.properties?.['kind']?.const;
  return typeof kind === 'string' ? kind : undefined;
}

/** The key at a path; of several variants, the one of this kind. */
export function keyAt(keys: readonly ConfigKey[], path: Path, kind?: unknown): ConfigKey | undefined {
  const found = keys.filter((key) => matches(key.path, path));
  return found.find((key) => key.variant === kind) ?? found[0];
}
