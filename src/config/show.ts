import { stringify } from 'smol-toml';
import { safeLine } from '../core/safe-text.ts';
import { maskValue } from './display.ts';
import { describeOrigin, type Origin } from './origin.ts';
import { formatPath, type Path } from './path.ts';
import { isPlainObject } from './tree.ts';

/**
 * A configuration as TOML that loads as the same configuration; with `origins`, a comment beside each value says where
 * it came from. Secrets are masked.
 */
export function configToml(config: object, origins?: ReadonlyMap<string, Origin>): string {
  return tableBlocks(config as Readonly<Record<string, unknown>>, [], origins).join('\n');
}

/** The same as data, with secrets masked. */
export function configJson(config: object): unknown {
  return maskValue([], { ...config });
}

/** One block a table that holds values, or that holds nothing at all; tables within come after it. */
function tableBlocks(
  table: Readonly<Record<string, unknown>>,
  path: Path,
  origins: ReadonlyMap<string, Origin> | undefined,
): readonly string[] {
  const entries = Object.entries(table).filter(([, value]) => value !== undefined);
  const inner = entries.filter((entry): entry is [string, Record<string, unknown>] => isPlainObject(entry[1]));
  const values = entries.filter(([, value]) => !isPlainObject(value));
  const lines = values.map(([key, value]) => {
    const at = [...path, key];
    const origin = origins?.get(formatPath(at));
    return `${tomlLine(key, maskValue(at, value))}${origin === undefined ? '' : `  # ${safeLine(describeOrigin(origin), 300)}`}`;
  });
  const header = path.length === 0 ? [] : [`[${formatPath(path)}]`];
  const own = lines.length > 0 || inner.length === 0 ? [`${[...header, ...lines].join('\n')}\n`] : [];
  return [...own, ...inner.flatMap(([key, value]) => tableBlocks(value, [...path, key], origins))];
}

/** Characters that TOML may hold bare, but that hide or reorder text, or steer a terminal. */
const INVISIBLE = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** `key = value` on one line. */
export function tomlLine(key: string, value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return stringify({ [key]: value })
    .trimEnd()
    .replace(INVISIBLE, escaped);
}
