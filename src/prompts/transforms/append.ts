import type { TransformDefinition } from './transform.ts';

export interface AppendSettings {
  readonly text: string;
}

/** Puts a text behind the other, also behind an empty one. */
export const append: TransformDefinition<AppendSettings> = {
  example: 'append:TEXT',
  argument: 'text',
  incremental: true,
  create: (settings) => () => ({ feed: (text) => text, flush: () => settings.text }),
};
