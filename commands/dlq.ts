import { DEAD_LETTER_REASONS } from '../src/core/dead-letter.ts';
import type { Command, CommandContext, CommandOption, CommandOptions } from './command.ts';
import { replay, replayOptions } from './replay.ts';
import { configOptions, loadCommandConfig } from './shared/config-options.ts';
import { apiKeyOption } from './shared/server-client.ts';
import { countOf, durationMs } from './shared/values.ts';

const reason: CommandOption = {
  flags: '--reason <reason>',
  description: 'only dead letters with this reason',
  choices: DEAD_LETTER_REASONS,
};

const serverOptions: readonly CommandOption[] = [
  { flags: '--url <url>', description: 'a running server, in place of the local store' },
  apiKeyOption,
];

export const dlqCommand: Command = {
  name: 'dlq',
  summary: 'list, export, replay or purge dead letters: of the local store, or of a server (--url)',
  subcommands: [
    {
      name: 'list',
      summary: 'show the latest dead letters, newest first',
      options: [
        reason,
        { flags: '-n, --limit <n>', description: 'at most so many; default 20', parse: countOf('--limit', 1) },
        { flags: '--json', description: 'as one JSON object' },
        ...serverOptions,
        ...configOptions,
      ],
      run: async (context, _args, options) =>
        options['url'] !== undefined
          ? (await remote()).list(context, options)
          : (await work()).list(context, await storePath(context, options), options),
    },
    {
      name: 'export',
      summary: 'write all dead letters as NDJSON, oldest first',
      options: [reason, ...serverOptions, ...configOptions],
      examples: ['orchestrator dlq export > dlq.ndjson'],
      run: async (context, _args, options) =>
        options['url'] !== undefined
          ? (await remote()).exportAll(context, options)
          : (await work()).exportAll(context, await storePath(context, options), options),
    },
    {
      name: 'replay',
      arguments: '[id...]',
      summary: 'send dead letters of the store again: those named by number or request id, or all',
      options: [...replayOptions, ...serverOptions],
      examples: ['orchestrator dlq replay', 'orchestrator dlq replay 17 req-k3v9x2a1-4'],
      run: async (context, ids, options) =>
        options['url'] !== undefined
          ? (await remote()).replay(context, ids, options)
          : replay(context, { kind: 'store', ids }, options),
    },
    {
      name: 'purge',
      summary: 'remove dead letters from the store for good',
      options: [
        reason,
        {
          flags: '--older-than <time>',
          description: 'only those older than 30s, 2h, …',
          parse: durationMs('--older-than'),
        },
        { flags: '--yes', description: 'really remove them; without it, only count' },
        ...serverOptions,
        ...configOptions,
      ],
      run: async (context, _args, options) =>
        options['url'] !== undefined
          ? (await remote()).purge(context, options)
          : (await work()).purge(context, await storePath(context, options), options),
    },
  ],
};

const work = () => import('./dlq/work.ts');
const remote = () => import('./dlq/remote.ts');

async function storePath(context: CommandContext, options: CommandOptions): Promise<string | undefined> {
  return (await loadCommandConfig(context, options)).config.storage.path;
}
