import type { TransformDefinition } from './transform.ts';

export interface PrependSettings {
  readonly text: string;
}

/** Puts a text before the other, also before an empty one. */
export const prepend: TransformDefinition<PrependSettings> = {
  example: 'prepend:TEXT',
  argument: 'text',
  incremental: true,
  create: (settings) => () => {
    let before = settings.text;
    const begin = (text: string): string => {
      const all = before + text;
      before = '';
      return all;
    };
    return { feed: begin, flush: () => begin('') };
  },
};
