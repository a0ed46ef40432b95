import { Buffer } from 'node:buffer';
import { BYTES_A_TOKEN } from '../../core/tokens.ts';
import { graphemeReader } from './graphemes.ts';
import type { TransformDefinition } from './transform.ts';

export interface LengthCapSettings {
  /** Estimated tokens that are left at the most. */
  readonly max_tokens: number;
}

/** Cuts a text behind so many tokens, as the engine estimates them; never inside of what a reader sees as one character. */
export const lengthCap: TransformDefinition<LengthCapSettings> = {
  example: 'length_cap:500',
  argument: 'max_tokens',
  incremental: true,
  create: (settings) => () => {
    const reader = graphemeReader();
    let left = settings.max_tokens * BYTES_A_TOKEN;
    const take = (clusters: readonly string[]): string => {
      let text = '';
      for (const cluster of clusters) {
        left -= Buffer.byteLength(cluster);
        if (left < 0) break;
        text += cluster;
      }
      return text;
    };
    return {
      feed: (text) => (left < 0 ? '' : take(reader.feed(text))),
      flush: () => (left < 0 ? '' : take(reader.flush())),
    };
  },
};
