import { ERRORS, OrchestratorError } from '../../src/core/errors.ts';
import type { Command } from '../command.ts';
import { configOptions, readCommandConfig, warn } from '../shared/config-options.ts';

/** `config validate [file]`: everything that is wrong, at once. */
export const configValidate: Command = {
  name: 'validate',
  arguments: '[file]',
  summary: 'check the configuration and name everything that is wrong with it',
  options: [...configOptions, { flags: '--json', description: 'print {valid, faults, warnings}' }],
  examples: ['orchestrator config validate', 'orchestrator config validate pipeline.toml --json'],
  async run(context, args, options) {
    const [file] = args;
    if (file !== undefined && options['config'] !== undefined) {
      throw new OrchestratorError('usage', 'name the file once: as an argument or with --config');
    }
    const sources = file === undefined ? options : { ...options, config: file };
    const { faults, warnings, files } = await readCommandConfig(context, sources);
    const { faultRecord, formatFault } = await import('../../src/config/fault.ts');
    const valid = faults.length === 0;
    if (options['json'] === true) {
      const report = { valid, faults: faults.map(faultRecord), warnings };
      context.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    } else {
      warn(context, warnings);
      const found = files.filter((one) => one.found).map((one) => one.shown);
      const what = found.length === 0 ? 'no file, all defaults' : found.join(', ');
      context.stderr.write(valid ? `valid: ${what}\n` : `${faults.map(formatFault).join('\n')}\n`);
    }
    return valid ? 0 : ERRORS.config_invalid.exit;
  },
};
