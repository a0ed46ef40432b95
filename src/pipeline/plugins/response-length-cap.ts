import { flowThrough } from '../../core/text-flow.ts';
import { lengthCap } from '../../prompts/transforms/length-cap.ts';
import type { Plugin } from './plugin.ts';

/** Cuts an answer behind so many estimated tokens, before any hook or transform behind it sees the text. */
export function responseLengthCap(maxTokens: number): Plugin {
  const start = lengthCap.create({ max_tokens: maxTokens });
  return {
    name: 'response_length_cap',
    hooks: {
      'after:inference': (subject) => {
        subject.text = flowThrough(start(), subject.text);
      },
    },
  };
}
