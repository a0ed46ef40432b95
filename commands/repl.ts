import { OrchestratorError } from '../src/core/errors.ts';
import { MOST_TOKENS } from '../src/core/tokens.ts';
import type { Command, CommandContext, CommandOptions } from './command.ts';
import { configOptions, maxSpendOption } from './shared/config-options.ts';
import { hasData } from './shared/stdin.ts';
import { countOf, numberOf } from './shared/values.ts';
import { webOptions } from './shared/web-options.ts';

export const replCommand: Command = {
  name: 'repl',
  summary: 'talk to a model, prompt by prompt',
  options: [
    { flags: '--worker <kind>', description: 'kind of provider: echo, anthropic, open_ai, llama_cpp, vllm' },
    { flags: '--model <name>', description: 'model to ask for' },
    { flags: '--system <text>', description: 'system prompt' },
    { flags: '--session <id>', description: 'name of the conversation' },
    {
      flags: '--max-tokens <n>',
      description: 'upper bound of an answer, in tokens',
      parse: countOf('--max-tokens', 1, MOST_TOKENS),
    },
    { flags: '--temperature <t>', description: 'from 0 to 2', parse: numberOf('--temperature', 0, 2) },
    maxSpendOption,
    ...webOptions,
    ...configOptions,
  ],
  examples: ['orchestrator repl', 'printf "%s\\n" "first prompt" "/usage" | orchestrator repl'],
  run: (context, _args, options) => startRepl(context, options),
};

/** Runs the conversation to its end; the engine is loaded only when there is somebody to talk to. */
export async function startRepl(context: CommandContext, options: CommandOptions): Promise<number> {
  if (context.stdin.isTTY !== true && !hasData(context)) {
    throw new OrchestratorError('usage', 'repl reads prompts from a terminal or a pipe; standard input is closed.');
  }
  const { runRepl } = await import('./repl/work.ts');
  return runRepl(context, options);
}
