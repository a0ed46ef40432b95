import type { FlagLayer } from '../../src/config/flag-source.ts';
import type { ServiceConfig } from '../../src/server/sections.ts';
import type { CommandOptions } from '../command.ts';

/** What the flags about models and money say of the configuration. */
export function inferenceFlags(options: CommandOptions): FlagLayer {
  return {
    'stages.inference.worker': options['worker'],
    // Who names a worker wants that one.
    'routing.policy': options['worker'] === undefined ? undefined : 'single',
    'stages.inference.model': options['model'],
    'stages.inference.max_tokens': options['maxTokens'],
    'stages.inference.temperature': options['temperature'],
    'stages.assemble.system': options['system'],
    ...spendFlags(options),
  };
}

/** `--max-spend` is the limit of this run, whatever others spend. */
export function spendFlags({ maxSpend }: CommandOptions): FlagLayer {
  return {
    'token_budget.max_spend_usd': maxSpend,
    'token_budget.spend_scope': maxSpend === undefined ? undefined : 'process',
  };
}

/** Echo is also the default, which any configured provider beats; asked for by name it must not become one that costs. */
export function onlyAsked(config: ServiceConfig, worker: unknown): ServiceConfig {
  if (worker !== 'echo') return config;
  const echoes = Object.entries(config.providers).filter(([, { kind }]) => kind === 'echo');
  return { ...config, providers: Object.fromEntries(echoes) };
}
