import type { Path } from './path.ts';

/** Where a value comes from. `line` 0 is the file as a whole; `written` is the older name the key was given under. */
export type Origin = (
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
) & { readonly written?: Path };

export const DEFAULT_ORIGIN: Origin = { kind: 'default' };

/** For people: `pipeline.toml:12`, a variable's or a flag's name, or `default`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return origin.line > 0 ? `${origin.file}:${origin.line}` : origin.file;
    case 'environment':
      return origin.variable;
    case 'flag':
      return origin.flag;
  }
}
