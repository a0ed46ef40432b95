import type { Command } from '../command.ts';
import { configOptions } from '../shared/config-options.ts';

/** `config path`: which files are looked at, the later over the earlier. */
export const configPath: Command = {
  name: 'path',
  summary: 'print which configuration files are looked at, and which of them exist',
  options: [configOptions[0]!, { flags: '--json', description: 'print [{path, source, exists}]' }],
  examples: ['orchestrator config path'],
  async run(context, _args, options) {
    const [{ existsSync }, { configFiles }, { safeLine }] = await Promise.all([
      import('node:fs'),
      import('../../src/config/files.ts'),
      import('../../src/core/safe-text.ts'),
    ]);
    const choice = {
      environment: context.environment,
      cwd: context.cwd,
      file: options['config'] as string | undefined,
    };
    const files = configFiles(choice).map(({ path, source }) => ({ path, source, exists: existsSync(path) }));
    if (options['json'] === true) context.stdout.write(`${JSON.stringify(files, null, 2)}\n`);
    else {
      for (const { path, exists } of files) {
        context.stdout.write(`${exists ? 'exists ' : 'missing'}  ${safeLine(path, 4096)}\n`);
      }
    }
    return 0;
  },
};
