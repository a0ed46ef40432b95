import { Buffer } from 'node:buffer';
import { BYTES_A_TOKEN } from '../../core/tokens.ts';
import { byClusters } from './graphemes.ts';
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
  create: ({ max_tokens }) =>
    byClusters(() => {
      let left = max_tokens * BYTES_A_TOKEN;
      return {
        take(cluster) {
          left -= Buffer.byteLength(cluster);
          return left < 0 ? '' : cluster;
        },
        get over() {
          return left < 0;
        },
        rest: () => '',
      };
    }),
};
