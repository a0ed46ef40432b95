import { parse } from 'smol-toml';
import type { Path } from './path.ts';

/** Line numbers (from 1) of the keys and tables of a TOML document; `of` is undefined for a key that is not in it. */
export interface TomlLines {
  of(path: Path): number | undefined;
}

/**
 * Finds where each key was written; the parser does not say. The text must have passed the parser: this only tells
 * keys from values, it checks nothing. What stands inside an array belongs to the array's own line.
 */
export function locateKeys(text: string): TomlLines {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;

  const step = (count = 1): void => {
    for (; count > 0; count--) if (text[at++] === '\n') line++;
  };
  const skip = (what: RegExp): void => {
    while (at < text.length && what.test(text[at]!)) step();
  };
  /** White space, line ends, comments and commas. */
  const skipFiller = (): void => {
    for (;;) {
      skip(/[\s,]/);
      if (text[at] !== '#') return;
      skip(/[^\n]/);
    }
  };
  const record = (path: Path): void => {
    for (let length = 1; length <= path.length; length++) {
      const key = JSON.stringify(path.slice(0, length));
      if (!lines.has(key)) lines.set(key, line);
    }
  };

  const skipString = (): string => {
    const from = at;
    const quote = text[at]!;
    const long = text.startsWith(quote.repeat(3), at);
    const end = long ? quote.repeat(3) : quote;
    step(end.length);
    while (at < text.length && !text.startsWith(end, at)) step(quote === '"' && text[at] === '\\' ? 2 : 1);
    step(end.length);
    // A long string may end in up to two quotes of its own: `""""" ` closes after the last.
    if (long) skip(quote === '"' ? /"/ : /'/);
    return text.slice(from, at);
  };

  const readKey = (): Path => {
    const path: string[] = [];
    for (;;) {
      skip(/[ \t]/);
      const from = at;
      if (text[at] === '"' || text[at] === "'") path.push(Object.keys(parse(`${skipString()} = 0`))[0]!);
      else {
        skip(/[\w-]/);
        path.push(text.slice(from, at));
      }
      skip(/[ \t]/);
      if (text[at] !== '.') return path;
      step();
    }
  };

  const skipAssignment = (table: Path | null): void => {
    const key = readKey();
    const path = table === null ? null : [...table, ...key];
    if (path !== null) record(path);
    step(); // =
    skip(/[ \t]/);
    skipValue(path);
  };

  const skipValue = (path: Path | null): void => {
    const opener = text[at];
    if (opener === '"' || opener === "'") skipString();
    else if (opener === '[' || opener === '{') {
      const closer = opener === '[' ? ']' : '}';
      step();
      for (skipFiller(); at < text.length && text[at] !== closer; skipFiller()) {
        if (opener === '[') skipValue(null);
        else skipAssignment(path);
      }
      step();
    } else skip(/[^,\]}#\n]/);
  };

  let table: Path = [];
  for (skipFiller(); at < text.length; skipFiller()) {
    if (text[at] === '[') {
      while (text[at] === '[') step();
      table = readKey();
      record(table);
      while (text[at] === ']') step();
    } else skipAssignment(table);
  }
  return { of: (path) => lines.get(JSON.stringify(path)) };
}
