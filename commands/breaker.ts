import type { Command } from './command.ts';
import { clientOptions } from './shared/server-client.ts';

const json = { flags: '--json', description: 'as JSON' };
const options = [json, ...clientOptions];
const work = () => import('./breaker/work.ts');

export const breakerCommand: Command = {
  name: 'breaker',
  summary: "list, reset or trip a running server's circuit breakers",
  subcommands: [
    {
      name: 'list',
      summary: 'show the breaker of each provider',
      options,
      run: async (context, _args, given) => (await work()).list(context, given),
    },
    {
      name: 'reset',
      arguments: '[provider]',
      summary: 'close a breaker, or all of them',
      options,
      run: async (context, [provider], given) => (await work()).reset(context, provider, given),
    },
    {
      name: 'trip',
      arguments: '<provider>',
      summary: 'open a breaker until it is reset',
      options,
      examples: ['orchestrator breaker trip anthropic'],
      run: async (context, [provider = ''], given) => (await work()).trip(context, provider, given),
    },
  ],
};
