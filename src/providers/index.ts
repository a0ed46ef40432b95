import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { ProviderConfig } from './config.ts';
import { createEcho } from './echo/echo.ts';
import type { Provider } from './provider.ts';

export interface ProviderSurroundings {
  readonly clock: Clock;
  readonly random: Random;
}

/** Makes a provider of the kind its settings name. */
export function createProvider(
  name: string,
  settings: ProviderConfig,
  { clock, random }: ProviderSurroundings,
): Provider {
  switch (settings.kind) {
    case 'echo':
      return createEcho(name, settings, clock, random);
  }
}
