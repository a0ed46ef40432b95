/** A light reading of TypeScript: enough to find imports and names, without a parser (TypeScript 7 has no JS API). */

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type …` and `export type … from`: gone at run time. `import { type … }` is not, under verbatimModuleSyntax. */
  readonly typeOnly: boolean;
  /** `import(…)`: loaded only when the line is reached. */
  readonly dynamic: boolean;
}

// A slash begins a regular expression where no value can stand before it.
const BEFORE_REGEX = /(?:^|[=(,;:!&|?{[+\-*%>~^]|\b(?:return|typeof|case|in|of|void|throw|new|else|do|yield|await))$/;

/**
 * The same text, character for character, with comments and the insides of strings and regular expressions blanked
 * out; line ends stay, and so does the code within `${…}` of a template.
 */
export function blankOut(text: string): string {
  let out = '';
  let at = 0;
  /** For each open template: how many braces of its current `${` are open. */
  const templates: number[] = [];
  const blank = (to: number): void => {
    out += text.slice(at, to).replace(/[^\n]/g, ' ');
    at = to;
  };
  const copy = (): void => {
    out += text[at++];
  };
  const end = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.exec(text) ? pattern.lastIndex : text.length;
  };
  const template = (): void => {
    while (at < text.length) {
      if (text[at] === '`') templates.pop();
      else if (text.startsWith('${', at)) copy();
      else {
        blank(at + (text[at] === '\\' ? 2 : 1));
        continue;
      }
      copy();
      return;
    }
  };
  while (at < text.length) {
    const char = text[at];
    if (text.startsWith('//', at)) blank(end(/(?=\n)/g));
    else if (text.startsWith('/*', at)) blank(end(/\*\//g));
    else if (char === "'" || char === '"') {
      // A string ends on its line; a quote that does not is an apostrophe in JSX.
      const close = /(['"])((?:\\[\s\S]|(?!\1)[^\\\n])*)\1/y;
      close.lastIndex = at;
      const found = close.exec(text);
      copy();
      if (!found) continue;
      blank(at + found[2]!.length);
      copy();
    } else if (char === '`') {
      templates.push(0);
      copy();
      template();
    } else if (char === '/' && BEFORE_REGEX.test(out.trimEnd().slice(-12))) {
      const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
      regex.lastIndex = at;
      if (regex.exec(text)) blank(regex.lastIndex);
      else copy();
    } else if (char === '}' && templates.at(-1) === 0) {
      copy();
      template();
    } else {
      if (templates.length > 0 && char === '{') templates[templates.length - 1]!++;
      if (templates.length > 0 && char === '}') templates[templates.length - 1]!--;
      copy();
    }
  }
  return out;
}

const STATIC =
  /(?<![\w$.])(?:import|export)\b(?<type>\s+type\b(?!\s+from\b)(?!\s*,))?(?<clause>[\w$\s{},*]*?\bfrom\b)?\s*(?<quote>['"])/g;
const DYNAMIC = /(?<![\w$.])(?:import|require)\s*\(\s*(?<quote>['"`])/g;

/** Every module a file names, in the order of kinds: static ones, then dynamic ones. */
export function importsOf(text: string): Import[] {
  const code = blankOut(text);
  const found: Import[] = [];
  for (const dynamic of [false, true]) {
    for (const match of code.matchAll(dynamic ? DYNAMIC : STATIC)) {
      const start = match.index + match[0].length;
      const specifier = text.slice(start, code.indexOf(match.groups!['quote']!, start));
      // `export 'x'` is not a thing: an export without a clause is a string that happens to follow the word.
      if (!dynamic && match[0].startsWith('export') && match.groups!['clause'] === undefined) continue;
      found.push({
        specifier,
        line: lineAt(text, match.index),
        typeOnly: match.groups!['type'] !== undefined,
        dynamic,
      });
    }
  }
  return found;
}

/** The line, from 1, of a position. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
