import type { Environment } from '../core/environment.ts';
import type { Random } from '../core/random.ts';
import { anthropic } from './anthropic/anthropic.ts';
import type { ProviderConfig } from './config.ts';
import { createEcho } from './echo/echo.ts';
import {
  addressOf,
  createHttpProvider,
  type HttpKind,
  type HttpSettings,
  type HttpSurroundings,
} from './http/http-provider.ts';
import { llamaCpp } from './llama-cpp/llama-cpp.ts';
import { openAi } from './openai/openai.ts';
import type { Provider } from './provider.ts';
import { vllm } from './vllm/vllm.ts';

export interface ProviderSurroundings extends HttpSurroundings {
  readonly random: Random;
}

type Kind = ProviderConfig['kind'];

const HTTP_KINDS: Readonly<Record<Exclude<Kind, 'echo'>, HttpKind>> = {
  anthropic,
  open_ai: openAi,
  llama_cpp: llamaCpp,
  vllm,
};

/** Makes a provider of the kind its settings name. Throws when its address or key is missing or wrong. */
export function createProvider(
  name: string,
  settings:
    | ({ readonly kind: 'echo' } & Partial<ProviderConfig>)
    | ({ readonly kind: Exclude<Kind, 'echo'> } & HttpSettings),
  surroundings: ProviderSurroundings,
): Provider {
  if (settings.kind === 'echo') return createEcho(name, settings, surroundings.clock, surroundings.random);
  return createHttpProvider(HTTP_KINDS[settings.kind], name, settings, surroundings);
}

/**
 * The one provider that answers: of the configured ones the first of the kind that `worker` names; `echo`, its default,
 * takes the first whatever its kind. Where none fits, one of that kind with what the environment says.
 */
export function chooseProvider(
  configured: Readonly<Record<string, ProviderConfig>>,
  worker: Kind,
  surroundings: ProviderSurroundings,
): Provider {
  const named = Object.entries(configured);
  const chosen = named.find(([, { kind }]) => kind === worker) ?? (worker === 'echo' ? named[0] : undefined);
  if (chosen === undefined) return createProvider(worker, { kind: worker }, surroundings);
  return createProvider(chosen[0], chosen[1], surroundings);
}

/** The addresses that may be asked: of every configured provider, and of the one that stands in where none fits. */
export function providerAddresses(
  configured: Readonly<Record<string, ProviderConfig>>,
  worker: Kind,
  environment: Environment,
): readonly { readonly name: string; readonly address: string }[] {
  const fits = Object.values(configured).some(({ kind }) => kind === worker || worker === 'echo');
  const standIn: readonly (readonly [string, HttpSettings & { readonly kind: Kind }])[] = [[worker, { kind: worker }]];
  return [...Object.entries(configured), ...(fits ? [] : standIn)].flatMap(([name, settings]) => {
    if (settings.kind === 'echo') return [];
    return [{ name, address: addressOf(HTTP_KINDS[settings.kind], name, settings, environment)[0] }];
  });
}
