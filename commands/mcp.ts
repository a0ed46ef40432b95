import { MOST_TOKENS } from '../src/core/tokens.ts';
import type { Command } from './command.ts';
import { configOptions } from './shared/config-options.ts';
import { countOf, numberOf } from './shared/values.ts';

export const mcpCommand: Command = {
  name: 'mcp',
  summary: 'serve the engine to an MCP client over standard input and output',
  options: [
    { flags: '--worker <kind>', description: 'kind of provider: echo, anthropic, open_ai, llama_cpp, vllm' },
    { flags: '--model <name>', description: 'model to ask for' },
    { flags: '--system <text>', description: 'system prompt' },
    {
      flags: '--max-tokens <n>',
      description: 'upper bound of an answer, in tokens',
      parse: countOf('--max-tokens', 1, MOST_TOKENS),
    },
    { flags: '--temperature <t>', description: 'from 0 to 2', parse: numberOf('--temperature', 0, 2) },
    ...configOptions,
  ],
  examples: ['orchestrator mcp', 'orchestrator mcp --worker anthropic'],
  run: async (context, _args, options) => (await import('./mcp/work.ts')).runMcp(context, options),
};
