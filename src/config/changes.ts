import type { ConfigSection } from '../core/config-section.ts';
import { displayValue } from './display.ts';
import { formatPath, type Path, parsePath, startsWith } from './path.ts';
import { isPlainObject } from './tree.ts';

/** One key whose value differs between two configurations; undefined where it is absent. */
export interface Change {
  readonly path: Path;
  readonly before: unknown;
  readonly after: unknown;
}

export interface ChangeSet<Config> {
  /** The running configuration with what can change live. */
  readonly config: Config;
  readonly applied: readonly Change[];
  /** What only a restart brings. */
  readonly refused: readonly Change[];
}

/** Tells what of a new configuration a running engine can take over, by the `live` keys of the sections. */
export function liveChanges<Config extends object>(
  sections: readonly ConfigSection[],
  before: Config,
  after: Config,
): ChangeSet<Config> {
  const live = sections.flatMap((section) => {
    const path = parsePath(section.path) ?? [];
    return section.live === 'all' ? [path] : (section.live ?? []).map((key) => [...path, key]);
  });
  const changes = differences(before, after);
  const isLive = ({ path }: Change): boolean => live.some((prefix) => startsWith(path, prefix));
  const applied = changes.filter(isLive);
  const config = applied.reduce<unknown>((merged, { path }) => withValue(merged, path, valueAt(after, path)), before);
  return { config: config as Config, applied, refused: changes.filter((change) => !isLive(change)) };
}

/** `stages.inference.model: "small" → "big"`, with secrets masked. */
export function describeChange({ path, before, after }: Change): string {
  const shown = (value: unknown): string => (value === undefined ? '(not set)' : displayValue(path, value));
  return `${formatPath(path)}: ${shown(before)} → ${shown(after)}`;
}

function differences(before: unknown, after: unknown, path: Path = []): readonly Change[] {
  if (isPlainObject(before) && isPlainObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  // Values of a configuration are plain data.
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), value);
}

function withValue(value: unknown, [head, ...rest]: Path, replacement: unknown): unknown {
  if (head === undefined) return replacement;
  const whole = isPlainObject(value) ? value : {};
  const { [head]: inner, ...others } = whole;
  const changed = withValue(inner, rest, replacement);
  // What changes stays in its place: who of several providers is the first may depend on it.
  return changed === undefined ? others : { ...whole, [head]: changed };
}
