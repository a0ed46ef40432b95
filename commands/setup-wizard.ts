import { OrchestratorError } from '../src/core/errors.ts';
import type { Command, CommandContext, CommandOptions } from './command.ts';

export const setupWizardCommand: Command = {
  name: 'setup-wizard',
  summary: 'choose a provider, try it and write the configuration',
  options: [
    {
      flags: '--worker <kind>',
      description: 'kind of provider',
      choices: ['anthropic', 'open_ai', 'llama_cpp', 'vllm', 'echo'],
    },
    { flags: '--model <name>', description: 'model to ask for' },
    { flags: '--base-url <url>', description: 'where the server is' },
    { flags: '--api-key-env <name>', description: 'the variable that holds the key' },
    { flags: '--api-key-file <file>', description: 'take the key from a file, and keep it in credentials.env' },
    { flags: '--skip-test', description: 'write without the test call' },
    { flags: '--yes', description: 'ask nothing: flags, and defaults for the rest' },
    { flags: '--reset', description: 'start over: replace the configuration that is there' },
  ],
  examples: [
    'orchestrator setup-wizard',
    'orchestrator setup-wizard --worker anthropic --api-key-file key.txt --yes',
    'orchestrator setup-wizard --worker llama_cpp --base-url http://localhost:9000 --yes --reset',
  ],
  run: (context, _args, options) => startWizard(context, options),
};

/** Runs the wizard; the library that asks is loaded only when somebody can be asked. */
export async function startWizard(context: CommandContext, options: CommandOptions): Promise<number> {
  if (options['yes'] !== true && (context.stdin.isTTY !== true || context.stderr.isTTY !== true)) {
    throw new OrchestratorError(
      'usage',
      'There is no terminal to ask at: give the answers as flags (--worker --model --base-url, --api-key-env or ' +
        '--api-key-file, --skip-test) and --yes.',
    );
  }
  const { runWizard } = await import('./setup-wizard/work.ts');
  return runWizard(context, options);
}
