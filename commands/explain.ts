import { safeText } from '../src/core/safe-text.ts';
import type { Story } from '../src/inference/story.ts';
import type { Command } from './command.ts';
import { clientOptions } from './shared/server-client.ts';

export const explainCommand: Command = {
  name: 'explain',
  arguments: '<id>',
  summary: "show the story of a running server's request",
  options: [{ flags: '--json', description: 'as JSON' }, ...clientOptions],
  examples: ['orchestrator explain req-k3v9x2a1-4'],
  async run(context, [id = ''], options) {
    const [{ serverClient }, { print }, { explainLines }, { write }] = await Promise.all([
      import('./shared/server-client.ts'),
      import('./shared/server-print.ts'),
      import('./shared/explain.ts'),
      import('./shared/streams.ts'),
    ]);
    const path = `/v1/requests/${encodeURIComponent(id)}/explain`;
    const story = await serverClient(context, options).get<Story>(path, 'choices', 'attempts', 'times');
    if (options['json'] === true) return print(context, options, story, []);
    await write(context.stdout, `${safeText(explainLines(story).join('\n'))}\n`);
    return 0;
  },
};
