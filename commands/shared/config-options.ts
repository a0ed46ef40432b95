import type { FlagLayer } from '../../src/config/flag-source.ts';
import type { ConfigReport, ConfigSources, LoadedConfig } from '../../src/config/load.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import type { ServiceConfig } from '../../src/server/sections.ts';
import type { CommandContext, CommandOption, CommandOptions } from '../command.ts';
import { dollarsOf } from './values.ts';

/** The flags of every command that loads a configuration. */
export const configOptions: readonly CommandOption[] = [
  { flags: '--config <file>', description: 'configuration file; replaces the user and directory files' },
  { flags: '--set <key=value>', description: 'set one key, such as stages.inference.max_tokens=100', repeatable: true },
];

/** The flag of every command that spends money. */
export const maxSpendOption: CommandOption = {
  flags: '--max-spend <usd>',
  description: 'US dollars this run may spend; then it stops with exit code 6',
  parse: dollarsOf('--max-spend'),
};

/**
 * Loads the configuration for a command and tells its warnings on stderr. `flags` are the command's own flags by dotted
 * path, `{ 'stages.inference.model': options.model }`; those not given are undefined. Throws `config_invalid`.
 */
export async function loadCommandConfig(
  context: CommandContext,
  options: CommandOptions,
  flags: FlagLayer = {},
): Promise<LoadedConfig<ServiceConfig>> {
  const [{ loadConfig }, { serviceSections }] = await loaders();
  const loaded = await loadConfig(serviceSections, sourcesOf(context, options, flags));
  warn(context, loaded.warnings);
  return loaded;
}

/** The same without throwing or telling anything: faults and warnings are in the report. */
export async function readCommandConfig(
  context: CommandContext,
  options: CommandOptions,
  flags: FlagLayer = {},
): Promise<ConfigReport<ServiceConfig>> {
  const [{ readConfig }, { serviceSections }] = await loaders();
  return readConfig(serviceSections, sourcesOf(context, options, flags));
}

export function warn(context: CommandContext, warnings: readonly string[]): void {
  for (const warning of warnings) context.stderr.write(`warning: ${safeLine(warning, 4000)}\n`);
}

// zod and the TOML parser are heavy; a command that only prints its help never loads them.
const loaders = () => Promise.all([import('../../src/config/load.ts'), import('../../src/server/sections.ts')]);

function sourcesOf(context: CommandContext, options: CommandOptions, flags: FlagLayer): ConfigSources {
  return {
    environment: context.environment,
    cwd: context.cwd,
    file: options['config'] as string | undefined,
    set: options['set'] as readonly string[] | undefined,
    flags,
  };
}
