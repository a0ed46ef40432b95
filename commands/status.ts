import type { Command } from './command.ts';
import { clientOptions } from './shared/server-client.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'show how a running server is',
  options: [{ flags: '--json', description: "the server's whole health report" }, ...clientOptions],
  examples: ['orchestrator status', 'orchestrator status --url http://127.0.0.1:8080 --json'],
  async run(context, _args, options) {
    const { showStatus } = await import('./status/work.ts');
    return showStatus(context, options);
  },
};
