import type { TransformDefinition } from './transform.ts';

/** Takes white space off both ends; what may be the end is kept back until something follows it. */
export const trim: TransformDefinition<object> = {
  example: 'trim',
  incremental: true,
  create: () => () => {
    let begun = false;
    let blank = '';
    return {
      feed(text) {
        const rest = begun ? text : text.trimStart();
        const kept = rest.trimEnd();
        if (kept === '') {
          blank += rest;
          return '';
        }
        begun = true;
        const shown = blank + kept;
        blank = rest.slice(kept.length);
        return shown;
      },
      flush: () => '',
    };
  },
};
