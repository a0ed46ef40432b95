import { z } from 'zod';
import type { PromptRequest } from '../../../core/request.ts';
import { isNeutral } from '../../../providers/native.ts';
import { faultOf } from '../../error-reply.ts';
import { type HeaderSettings, requestOf } from '../../request-body.ts';
import { others } from '../known-fields.ts';
import { commonFields, commonParameters } from './chat-body.ts';

/** `POST /v1/completions`: the API before chat. A prompt is asked as one user message. */
export const completionBody = z.looseObject({
  ...commonFields,
  prompt: z.union([
    z.string().min(1),
    z.array(z.string().min(1)).length(1, 'must be one prompt: send several as several requests'),
  ]),
  suffix: z.string().nullish(),
  echo: z.boolean().nullish(),
  best_of: z.int().nullish(),
  logprobs: z.int().nullish(),
});

export type CompletionBody = z.output<typeof completionBody>;

const BODY_FIELDS = new Set(Object.keys(completionBody.shape));

/** The request that a body asks for. Throws `request_invalid` for what a chat model cannot do. */
export function completionRequestOf(id: string, body: CompletionBody, headers: HeaderSettings): PromptRequest {
  for (const name of ['suffix', 'echo', 'best_of', 'logprobs'] as const) {
    if (!isNeutral(name, body[name])) throw faultOf(name, 'is not possible here: the prompt is asked as a chat');
  }
  const { prompt, model } = body;
  return {
    ...requestOf(
      id,
      [{ role: 'user', content: typeof prompt === 'string' ? prompt : prompt[0]! }],
      { model },
      headers,
      'prompt',
    ),
    parameters: {
      ...commonParameters(body),
      native: { dialect: 'openai', fields: others(body, BODY_FIELDS), headers: {} },
    },
  };
}
