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
 * The providers that answer, the first of them by default: of the configured ones the first of the kind that `worker`
 * names; `echo`, its default, takes the first whatever its kind. Where none fits, one of that kind with what the
 * environment says. The others follow in their order; when they only stand by for requests that name them, one that
 * lacks its key or address is left out.
 */
export function chooseProviders(
  configured: Readonly<Record<string, ProviderConfig>>,
  worker: Kind,
  standBy: boolean,
  surroundings: ProviderSurroundings,
): readonly Provider[] {
  const named = Object.entries(configured);
  const all = named.map(
    ([name, settings]) =>
      () =>
        createProvider(name, settings, surroundings),
  );
  if (!standBy && all.length > 0) return all.map((create) => create());
  const fitting = named.findIndex(([, { kind }]) => kind === worker);
  const chosen = fitting < 0 && worker === 'echo' ? 0 : fitting;
  const first = all[chosen]?.() ?? createProvider(worker, { kind: worker }, surroundings);
  return [first, ...all.toSpliced(chosen, chosen < 0 ? 0 : 1).flatMap(unlessIncomplete)];
}

function unlessIncomplete(create: () => Provider): readonly Provider[] {
  try {
    return [create()];
  } catch {
    return [];
  }
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
