import type { Command } from './command.ts';
import { configOptions } from './shared/config-options.ts';
import { webOptions } from './shared/web-options.ts';

export const tuiCommand: Command = {
  name: 'tui',
  summary: 'watch the engine live, in the terminal',
  options: [
    { flags: '--demo', description: 'real traffic through a scripted echo fleet, in waves; nothing is stored' },
    { flags: '--readonly', description: 'no key changes anything but the display' },
    { flags: '--json', description: 'print one snapshot as JSON and exit' },
    { flags: '--url <url>', description: 'show a running server, and not an engine of its own' },
    { flags: '--api-key <key>', description: 'its key; API_KEY keeps it out of the process list' },
    ...webOptions,
    ...configOptions,
  ],
  examples: ['orchestrator tui --demo', 'orchestrator tui --url http://127.0.0.1:8080', 'orchestrator tui --json'],
  async run(context, _args, options) {
    const { runTui } = await import('./tui/work.ts');
    return runTui(context, options);
  },
};
