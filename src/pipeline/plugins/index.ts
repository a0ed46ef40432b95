import { OrchestratorError } from '../../core/errors.ts';
import type { Hooks } from '../hooks.ts';
import type { PluginSurroundings } from './hooked-plugin.ts';
import { latencyLogger } from './latency-logger.ts';
import type { Plugin } from './plugin.ts';
import { Plugins } from './plugins.ts';
import { profanityFilter } from './profanity-filter.ts';
import { responseLengthCap } from './response-length-cap.ts';

interface PluginSettings {
  readonly modules: readonly string[];
  readonly profanity_filter: readonly string[];
  readonly response_length_cap?: number | undefined;
  readonly latency_logger: boolean;
  readonly max_failures: number;
}

interface Surroundings extends Omit<PluginSurroundings, 'maxFailures'> {
  readonly hooks: Hooks;
  refit(): void;
  logLatency(fields: { readonly request: string; readonly ms: number }): void;
}

/**
 * The plugins of an engine: those that come with it, as configured, and `loaded`. What refuses requests runs first,
 * what measures last. Throws `config_invalid` when modules are configured and nobody loaded them.
 */
export function createPlugins(
  settings: PluginSettings,
  loaded: readonly Plugin[] | undefined,
  { hooks, refit, logLatency, ...surroundings }: Surroundings,
): Plugins {
  if (settings.modules.length > 0 && loaded === undefined) {
    throw new OrchestratorError(
      'config_invalid',
      'plugins.modules names modules that nobody loaded: hand them over as createEngine(config, { plugins: await loadPlugins(config.plugins.modules) }).',
      { param: 'plugins.modules' },
    );
  }
  const plugins = new Plugins(hooks, refit, { ...surroundings, maxFailures: settings.max_failures });
  if (settings.profanity_filter.length > 0) plugins.add(profanityFilter(settings.profanity_filter));
  for (const plugin of loaded ?? []) plugins.add(plugin);
  if (settings.response_length_cap !== undefined) plugins.add(responseLengthCap(settings.response_length_cap));
  if (settings.latency_logger) plugins.add(latencyLogger(surroundings.clock, logLatency));
  return plugins;
}
