import { z } from 'zod';
import { visibleText } from '../../core/config-values.ts';
import { limitKeys } from '../limit-keys.ts';
import { baseUrlFault } from './base-url.ts';
import { DEFAULT_LIMITS } from './http-provider.ts';

/** The keys of every provider that is reached over HTTP. */
export function httpKeys(example: { readonly model: string; readonly baseUrl: string; readonly keyVariable: string }) {
  return {
    model: visibleText()
      .optional()
      .describe("Model to ask for unless a request names one; without it, the kind's default.")
      .meta({ examples: [example.model] }),
    base_url: z
      .string()
      .refine((text) => baseUrlFault(text) === null, {
        error: ({ input }) => baseUrlFault(String(input)) ?? 'is wrong',
      })
      .optional()
      .describe('Address of the API; keys are sent there and nowhere else, and redirects are not followed.')
      .meta({ examples: [example.baseUrl] }),
    api_key_env: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of an environment variable in capitals, not a key')
      .optional()
      .describe('Environment variable that holds the API key.')
      .meta({ examples: [example.keyVariable] }),
    connect_timeout_ms: limit('until a connection stands', DEFAULT_LIMITS.connect_timeout_ms),
    first_token_timeout_ms: limit('from sending a request to its first token', DEFAULT_LIMITS.first_token_timeout_ms),
    idle_timeout_ms: limit("between two tokens; comments and pings don't count", DEFAULT_LIMITS.idle_timeout_ms),
    always_stream: z
      .boolean()
      .default(false)
      .describe(
        'Ask for a stream also where nobody reads an answer before its end: for servers that cut connections which are silent for long. Without it, first_token_timeout_ms and idle_timeout_ms apply to streams only.',
      ),
    ...limitKeys,
  };
}

const limit = (what: string, ms: number) =>
  z.int().min(1).default(ms).describe(`Milliseconds ${what}, at most; \`stages.inference.timeout_ms\` limits it all.`);
