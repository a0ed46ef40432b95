import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { anthropicConfig } from './anthropic/config.ts';
import { echoConfig } from './echo/config.ts';
import { llamaCppConfig } from './llama-cpp/config.ts';
import { openAiConfig } from './openai/config.ts';
import { vllmConfig } from './vllm/config.ts';

/** One schema a kind; each lives in its provider's folder and carries its own keys. */
const providerConfig = z.discriminatedUnion('kind', [
  echoConfig,
  anthropicConfig,
  openAiConfig,
  llamaCppConfig,
  vllmConfig,
]);

const providerName = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w./:-]{0,63}$/,
    'the name must be 1 to 64 letters, digits or _ . / : - and begin with a letter or digit',
  );

export const providersSection = {
  path: 'providers',
  live: 'all',
  summary: 'Models to ask, by a name of your choice: `[providers.NAME]`.',
  schema: z.record(providerName, providerConfig),
  aliases: { workers: 'providers' },
} as const satisfies ConfigSection;

export type ProviderConfig = z.output<typeof providerConfig>;
