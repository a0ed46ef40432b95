import type { Command, CommandContext, CommandOption, CommandOptions } from './command.ts';
import type { ReplaySelection } from './replay/input.ts';
import { configOptions, loadCommandConfig, maxSpendOption } from './shared/config-options.ts';
import { spendFlags } from './shared/inference-flags.ts';
import { noLiveOption } from './shared/no-live.ts';
import type { ServerClient } from './shared/server-client.ts';
import { countOf } from './shared/values.ts';

/** The flags of everything that replays. */
export const replayOptions: readonly CommandOption[] = [
  {
    flags: '--max-retries <n>',
    description: 'send a request again so often when it fails, with growing pauses; default 3',
    parse: countOf('--max-retries', 0),
  },
  {
    flags: '--delay-ms <ms>',
    description: 'time between two submissions; default 50',
    parse: countOf('--delay-ms', 0),
  },
  {
    flags: '--request-timeout-secs <s>',
    description: 'deadline of each submission; default 30',
    parse: countOf('--request-timeout-secs', 1),
  },
  {
    flags: '--concurrency <n>',
    description: 'requests in flight at once; default 8',
    parse: countOf('--concurrency', 1),
  },
  maxSpendOption,
  { flags: '--failed-file <file>', description: 'write what failed and what is corrupt here, as it came' },
  { flags: '--retry-unknown', description: 'send again what was open when an earlier replay crashed' },
  { flags: '--json', description: 'the summary as one JSON object on stdout, in place of the answers' },
  noLiveOption,
  { flags: '--dry-run', description: 'read and check everything, and show what would be sent' },
  ...configOptions,
];

export const replayCommand: Command = {
  name: 'replay',
  summary: 'send dead letters again, from a file, a pipe or the local store',
  options: [
    {
      flags: '-f, --queue-file <file>',
      description: 'NDJSON, one record a line; - is standard input; without it and without a pipe, the local store',
    },
    ...replayOptions,
    {
      flags: '--orchestrator-url <url>',
      description:
        'send to this running server; without it and without ORCHESTRATOR_URL, to the engine of this program',
    },
    { flags: '--api-key <key>', description: 'key of that server; API_KEY keeps it out of the process list' },
  ],
  examples: [
    'orchestrator replay',
    'orchestrator replay --queue-file dlq.ndjson --failed-file still-failing.ndjson',
    'cat dlq.ndjson | orchestrator replay --max-retries 5',
    'cat dlq.ndjson | orchestrator replay --orchestrator-url http://127.0.0.1:8080',
  ],
  async run(context, _args, options) {
    const file = options['queueFile'] as string | undefined;
    const selection: ReplaySelection = file === undefined ? { kind: 'piped' } : { kind: 'file', file };
    return replay(context, selection, options, await serverOf(context, options));
  },
};

/** Replays what the selection names, through a server if one is given; engine and store are loaded only now. */
export async function replay(
  context: CommandContext,
  selection: ReplaySelection,
  options: CommandOptions,
  client: ServerClient | null = null,
): Promise<number> {
  const [{ runReplay }, { config, environment }] = await Promise.all([
    import('./replay/work.ts'),
    loadCommandConfig(context, options, spendFlags(options)),
  ]);
  const settings = {
    maxRetries: (options['maxRetries'] as number | undefined) ?? 3,
    delayMs: (options['delayMs'] as number | undefined) ?? 50,
    timeoutMs: ((options['requestTimeoutSecs'] as number | undefined) ?? 30) * 1000,
    concurrency: (options['concurrency'] as number | undefined) ?? 8,
    failedFile: options['failedFile'] as string | undefined,
    retryUnknown: options['retryUnknown'] === true,
    json: options['json'] === true,
    live: options['live'] !== false,
    dryRun: options['dryRun'] === true,
  };
  return runReplay({ ...context, environment }, config, selection, settings, client);
}

/** The server to send to; null for the engine of this program. */
async function serverOf(context: CommandContext, options: CommandOptions) {
  if (options['orchestratorUrl'] === undefined && !context.environment['ORCHESTRATOR_URL']) return null;
  const { serverClient } = await import('./shared/server-client.ts');
  return serverClient(context, options);
}
