import { closeSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, OrchestratorError } from '../src/core/errors.ts';
import { present } from '../src/core/present.ts';
import { PRIORITIES, type Priority } from '../src/core/priority.ts';
import { MOST_TOKENS } from '../src/core/tokens.ts';
import type { ServiceConfig } from '../src/server/sections.ts';
import type { Command, CommandContext, CommandOptions } from './command.ts';
import type { Input } from './run/input.ts';
import type { RequestDefaults } from './run/request-line.ts';
import { configOptions, loadCommandConfig, maxSpendOption } from './shared/config-options.ts';
import { inferenceFlags, onlyAsked } from './shared/inference-flags.ts';
import { noLiveOption } from './shared/no-live.ts';
import type { OutputFormat } from './shared/output.ts';
import { countOf, durationMs, numberOf } from './shared/values.ts';
import { webOptions } from './shared/web-options.ts';

export const runCommand: Command = {
  name: 'run',
  arguments: '[prompt...]',
  summary: 'answer a prompt, piped text or an NDJSON batch; or be the service',
  options: [
    { flags: '-i, --input <file>', description: 'NDJSON batch, one request a line; - is standard input' },
    {
      flags: '-o, --output <format>',
      description: 'what stdout gets; default text, for a batch ndjson',
      choices: ['text', 'json', 'ndjson'],
    },
    { flags: '--worker <kind>', description: 'kind of provider: echo, anthropic, open_ai, llama_cpp, vllm' },
    { flags: '--model <name>', description: 'model to ask for' },
    { flags: '--system <text>', description: 'system prompt' },
    { flags: '--session <id>', description: 'session the request belongs to' },
    {
      flags: '--max-tokens <n>',
      description: 'upper bound of an answer, in tokens',
      parse: countOf('--max-tokens', 1, MOST_TOKENS),
    },
    { flags: '--temperature <t>', description: 'from 0 to 2', parse: numberOf('--temperature', 0, 2) },
    { flags: '--priority <level>', description: 'place in the queues', choices: PRIORITIES },
    {
      flags: '--deadline <time>',
      description: 'give up after so long: 30s, 500ms, 2m; a plain number is seconds',
      parse: durationMs('--deadline'),
    },
    { flags: '--unordered', description: 'batch: print outcomes as they come instead of in input order' },
    { flags: '--skip <n>', description: 'batch: pass over the first n lines', parse: countOf('--skip', 0) },
    { flags: '--resume', description: 'batch: go on where an interrupted run of the same input ended' },
    { flags: '--usage', description: 'tell tokens, times and cost on stderr' },
    maxSpendOption,
    noLiveOption,
    { flags: '--explain', description: 'tell on stderr why the request went where it went' },
    { flags: '--snapshot <file>', description: "write the engine's snapshot to a file at the end" },
    { flags: '--dry-run', description: 'check configuration and input, and show what would be sent' },
    {
      flags: '--serve',
      description: 'the service: engine and web API until a signal; so it is at a terminal without a prompt',
    },
    ...webOptions,
    ...configOptions,
  ],
  examples: [
    'orchestrator run "What is backpressure?"',
    'git diff | orchestrator run "Review this change:"',
    'orchestrator run --input prompts.ndjson > outcomes.ndjson',
    'orchestrator run --serve --port 8080',
  ],
  run,
};

async function run(context: CommandContext, args: readonly string[], options: CommandOptions): Promise<number> {
  if (options['serve'] === true) return serve(context, args, options);
  const [{ findInput }, { config, environment }] = await Promise.all([
    import('./run/input.ts'),
    loadCommandConfig(context, options, inferenceFlags(options)),
  ]);
  const input = await findInput(context, args, options['input'] as string | undefined);
  checkBatchFlags(input, options);
  if (input.kind === 'nothing') {
    if (context.stdin.isTTY === true) return serve(context, args, options);
    throw new OrchestratorError(
      'usage',
      'There is nothing to run: give a prompt, pipe text or NDJSON, name a file with --input, or start the service with --serve.',
    );
  }
  const snapshot = snapshotWriter(context, options['snapshot'] as string | undefined);
  if (options['dryRun'] === true) return dryRun(context, input, config, options);

  const { hostEngine } = await import('./shared/host.ts');
  const batched = input.kind === 'batch';
  const host = await hostEngine({ ...context, environment }, onlyAsked(config, options['worker']), batched, {
    // Its lines have time: while nobody can be asked they wait instead of dying one after the other.
    patient: batched,
  });
  try {
    return await (input.kind === 'prompt'
      ? answer(context, host, input.text, options)
      : batch(context, host, input, config, options));
  } finally {
    await host.close();
    snapshot?.(host.engine.snapshot());
  }
}

async function serve(context: CommandContext, args: readonly string[], options: CommandOptions): Promise<number> {
  if (args.length > 0 || options['input'] !== undefined) {
    throw new OrchestratorError('usage', '--serve starts the service, which gets its requests over the network.');
  }
  const { runService } = await import('./run/service.ts');
  return runService(context, options);
}

/** Opens the file first: that it cannot be written is to be known before anything was paid for. */
function snapshotWriter({ cwd }: CommandContext, file: string | undefined): ((snapshot: object) => void) | null {
  if (file === undefined) return null;
  try {
    const descriptor = openSync(resolve(cwd, file), 'w');
    return (snapshot) => {
      try {
        writeFileSync(descriptor, `${JSON.stringify(snapshot, null, 2)}\n`);
      } catch (thrown) {
        throw new OrchestratorError('storage_failed', `--snapshot ${file} cannot be written: ${messageOf(thrown)}`, {
          cause: thrown,
        });
      } finally {
        closeSync(descriptor);
      }
    };
  } catch (thrown) {
    throw new OrchestratorError('usage', `--snapshot ${file} cannot be written: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

type HostModule = Awaited<ReturnType<typeof import('./shared/host.ts')['hostEngine']>>;

async function answer(
  context: CommandContext,
  host: HostModule,
  text: string,
  options: CommandOptions,
): Promise<number> {
  const [{ runSingle }, { requestOf }] = await Promise.all([
    import('./run/single.ts'),
    import('./run/request-line.ts'),
  ]);
  const request = requestOf(host.ids(), [{ role: 'user', content: text }], defaultsOf(options));
  return runSingle(context, host, request, {
    format: formatOf(options) ?? 'text',
    usage: options['usage'] === true,
    explain: options['explain'] === true,
  });
}

async function batch(
  context: CommandContext,
  host: HostModule,
  input: Extract<Input, { kind: 'batch' }>,
  config: ServiceConfig,
  options: CommandOptions,
): Promise<number> {
  const { runBatch } = await import('./run/batch.ts');
  return runBatch(context, host, input, {
    format: formatOf(options) ?? 'ndjson',
    unordered: options['unordered'] === true,
    skip: (options['skip'] as number | undefined) ?? 0,
    resume: options['resume'] === true,
    usage: options['usage'] === true,
    live: options['live'] !== false,
    defaults: defaultsOf(options),
    window: config.stages.rag.channel_capacity,
  });
}

/** Reads and checks everything, and sends nothing. */
async function dryRun(
  context: CommandContext,
  input: Exclude<Input, { kind: 'nothing' }>,
  config: ServiceConfig,
  options: CommandOptions,
): Promise<number> {
  const { showRequests } = await import('./run/dry-run.ts');
  return showRequests(context, input, config, defaultsOf(options), (options['skip'] as number | undefined) ?? 0);
}

function formatOf(options: CommandOptions): OutputFormat | undefined {
  return options['output'] as OutputFormat | undefined;
}

/** What the flags say of every request; model, tokens and temperature are the configuration's business. */
function defaultsOf(options: CommandOptions): RequestDefaults {
  return present({
    session: options['session'] as string | undefined,
    priority: options['priority'] as Priority | undefined,
    deadline_ms: options['deadline'] as number | undefined,
  });
}

function checkBatchFlags(input: Input, options: CommandOptions): void {
  if (input.kind === 'batch') {
    if (options['explain'] !== true) return;
    throw new OrchestratorError('usage', '--explain goes with one prompt; this input is a batch.');
  }
  const given = (['unordered', 'skip', 'resume'] as const).filter((flag) => options[flag] !== undefined);
  if (given.length > 0 && input.kind === 'prompt') {
    throw new OrchestratorError('usage', `--${given[0]} goes with a batch; this input is one prompt.`);
  }
}
