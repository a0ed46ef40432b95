import type { Command } from '../command.ts';
import { configOptions, loadCommandConfig } from '../shared/config-options.ts';

/** `config show`: the configuration in effect, defaults included. */
export const configShow: Command = {
  name: 'show',
  summary: 'print the configuration in effect, defaults included; secrets are never shown',
  options: [
    ...configOptions,
    { flags: '--origin', description: 'say where each value comes from' },
    { flags: '--json', description: 'print JSON; with --origin {config, origins}' },
  ],
  examples: [
    'orchestrator config show --origin',
    'orchestrator config show --json --set stages.inference.max_tokens=100',
  ],
  async run(context, _args, options) {
    const { config, origins } = await loadCommandConfig(context, options);
    const [{ configJson, configToml }, { describeOrigin }] = await Promise.all([
      import('../../src/config/show.ts'),
      import('../../src/config/origin.ts'),
    ]);
    const withOrigin = options['origin'] === true;
    if (options['json'] === true) {
      const places = [...origins].map(([path, origin]) => [path, describeOrigin(origin)] as const);
      const data = withOrigin
        ? { config: configJson(config), origins: Object.fromEntries(places) }
        : configJson(config);
      context.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
    } else {
      context.stdout.write(configToml(config, withOrigin ? origins : undefined));
    }
    return 0;
  },
};
