import type { Command } from './command.ts';
import { clientOptions } from './shared/server-client.ts';

export const explainCommand: Command = {
  name: 'explain',
  arguments: '<id>',
  summary: "show the story of a running server's request",
  options: [{ flags: '--json', description: 'as JSON' }, ...clientOptions],
  examples: ['orchestrator explain req-k3v9x2a1-4'],
  async run(context, [id = ''], options) {
    const [{ serverClient }, { print }] = await Promise.all([
      import('./shared/server-client.ts'),
      import('./shared/server-print.ts'),
    ]);
    const story = await serverClient(context, options).get<object>(`/v1/requests/${encodeURIComponent(id)}/explain`);
    return print(
      context,
      options,
      story,
      Object.entries(story).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    );
  },
};
