import { Buffer } from 'node:buffer';
import { BYTES_A_TOKEN } from '../../core/tokens.ts';
import { graphemeReaders } from './graphemes.ts';
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
  create({ max_tokens }) {
    const readers = graphemeReaders();
    return () => {
      const reader = readers();
      let left = max_tokens * BYTES_A_TOKEN;
      let kept = '';
      const take = (cluster: string): boolean => {
        left -= Buffer.byteLength(cluster);
        if (left >= 0) kept += cluster;
        return left >= 0;
      };
      const outcome = (): string => {
        const text = kept;
        kept = '';
        return text;
      };
      return {
        feed(text) {
          if (left >= 0) reader.feed(text, take);
          return outcome();
        },
        flush() {
          if (left >= 0) reader.flush(take);
          return outcome();
        },
      };
    };
  },
};
