import type { Command } from './command.ts';
import { clientOptions } from './shared/server-client.ts';

const options = [{ flags: '--json', description: 'as JSON' }, ...clientOptions];

async function call(
  method: 'GET' | 'DELETE',
  path: string,
  has: string,
  ...[context, , given]: Parameters<NonNullable<Command['run']>>
) {
  const [{ serverClient }, { print }] = await Promise.all([
    import('./shared/server-client.ts'),
    import('./shared/server-print.ts'),
  ]);
  const answer = await serverClient(context, given).ask<Record<string, unknown>>(method, path, undefined, has);
  const lines = Object.entries(answer).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return print(context, given, answer, lines);
}

export const cacheCommand: Command = {
  name: 'cache',
  summary: "show or empty a running server's cache",
  subcommands: [
    {
      name: 'stats',
      summary: 'entries, hits, misses and evictions',
      options,
      run: (...given) => call('GET', '/api/v1/cache/stats', 'entries', ...given),
    },
    {
      name: 'flush',
      summary: 'forget all answers',
      options,
      run: (...given) => call('DELETE', '/api/v1/cache', 'flushed', ...given),
    },
  ],
};
