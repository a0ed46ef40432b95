import type { Command } from './command.ts';
import { packageVersion } from './shared/package-version.ts';

export const versionCommand: Command = {
  name: 'version',
  summary: 'print the version',
  options: [{ flags: '--json', description: 'version and runtime as JSON' }],
  async run({ stdout }, _args, options) {
    const version = packageVersion();
    const runtime = { version, node: process.versions.node, platform: `${process.platform}-${process.arch}` };
    stdout.write(options['json'] === true ? `${JSON.stringify(runtime)}\n` : `orchestrator ${version}\n`);
    return 0;
  },
};
