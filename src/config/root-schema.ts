import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';

interface Group {
  readonly groups: Map<string, Group>;
  schema?: z.ZodType;
  absent?: ConfigSection['absent'];
}

/** The sections' schemas nested by path into one of the whole file; an empty file gives every default. */
export function rootSchema(sections: readonly ConfigSection[]): z.ZodType {
  const root: Group = { groups: new Map() };
  for (const section of sections) {
    let group = root;
    for (const segment of section.path.split('.')) {
      const inner = group.groups.get(segment) ?? { groups: new Map() };
      group.groups.set(segment, inner);
      group = inner;
    }
    group.schema = section.schema;
    group.absent = section.absent;
  }
  return schemaOf(root);
}

function schemaOf(group: Group): z.ZodType {
  if (group.schema !== undefined) return group.schema;
  const shape: Record<string, z.ZodType> = {};
  for (const [segment, inner] of group.groups) shape[segment] = schemaOf(inner).prefault(inner.absent ?? {});
  return z.strictObject(shape);
}
