import { parse } from 'smol-toml';

/** The way to a key: `stages.inference.model` in segments. */
export type Path = readonly string[];

const BARE = /^[\w-]+$/;

/** As TOML writes it: segments that are not bare are quoted. */
export function formatPath(path: Path): string {
  return path.map((segment) => (BARE.test(segment) ? segment : JSON.stringify(segment))).join('.');
}

/** Reads a dotted key as TOML does, quotes included; null when it is not one. */
export function parsePath(text: string): Path | null {
  if (/[\r\n]/.test(text)) return null;
  try {
    const path: string[] = [];
    let at: unknown = parse(`${text} = 0`, { unsafeKeyBehaviour: 'throw' });
    while (typeof at === 'object' && at !== null) {
      const key = Object.keys(at)[0];
      if (key === undefined) return null;
      path.push(key);
      at = (at as Record<string, unknown>)[key];
    }
    return path;
  } catch {
    return null;
  }
}

/** Whether `path` begins with `prefix`; the two may be equal. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((segment, index) => path[index] === segment);
}

/** Whether a pattern, in which `*` stands for any one name, describes exactly this path. */
export function matches(pattern: Path, path: Path): boolean {
  return pattern.length === path.length && isWithin(pattern, path);
}

/** Whether a pattern describes a prefix of the path, or the path a prefix of the pattern. */
export function isWithin(pattern: Path, path: Path): boolean {
  const shared = Math.min(pattern.length, path.length);
  for (let index = 0; index < shared; index++) {
    if (pattern[index] !== '*' && pattern[index] !== path[index]) return false;
  }
  return true;
}
