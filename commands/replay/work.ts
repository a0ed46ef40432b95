import type { Engine } from '../../src/engine.ts';
import { ReplayStore } from '../../src/schedule/replay-store.ts';
import type { Config } from '../../src/sections.ts';
import type { CommandContext } from '../command.ts';
import { dataDirectory } from '../shared/data-directory.ts';
import { hostEngine, type LastingStore, openLasting } from '../shared/host.ts';
import { Outages } from '../shared/outages.ts';
import type { ServerClient } from '../shared/server-client.ts';
import { StopSignal } from '../shared/stop-signal.ts';
import { write } from '../shared/streams.ts';
import { openFailedFile } from './failed-file.ts';
import { openInput, type ReplaySelection } from './input.ts';
import { createProgress } from './progress.ts';
import { ReplayRun } from './run.ts';
import { ServerTarget } from './server-target.ts';
import { ReplaySummary } from './summary.ts';
import { EngineTarget, type Target } from './target.ts';

export interface ReplayOptions {
  /** Resubmissions of a request that fails. */
  readonly maxRetries: number;
  /** Milliseconds between two submissions. */
  readonly delayMs: number;
  /** Deadline of each submission, milliseconds. */
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly failedFile: string | undefined;
  readonly retryUnknown: boolean;
  readonly json: boolean;
  /** Show the engine at work, where there is a terminal for it. */
  readonly live: boolean;
  readonly dryRun: boolean;
}

/** Replays the selection on the embedded engine, or through a running server; returns the exit code. */
export async function runReplay(
  context: CommandContext,
  config: Config,
  selection: ReplaySelection,
  options: ReplayOptions,
  client: ServerClient | null,
): Promise<number> {
  if (options.dryRun) return dryRun(context, config, selection, options);
  const { target, engine, lasting, close } = await openTarget(context, config, client);
  try {
    const store = lasting === null ? null : new ReplayStore(context.clock, lasting.storage);
    const input = await openInput(context, selection, store);
    const failedFile = openFailedFile(context.cwd, options.failedFile, input.source);
    const expected = context.stderr.isTTY === true ? await input.count() : null;
    const progress = await createProgress(context, expected, options.live ? engine : null);
    const stop = new StopSignal(context, () => target.interrupt(), progress.tell);
    const summary = new ReplaySummary(progress.tell);
    const outages = new Outages(target, context.clock, stop, progress.tell);
    if (engine !== null) outages.watch(engine.events);
    let exhausted = false;
    const concurrency = Math.min(options.concurrency, config.stages.rag.channel_capacity);
    try {
      const run = new ReplayRun(
        { context, target, store, owner: lasting?.owner.id ?? null, stop, outages, summary, progress, failedFile },
        { ...options, concurrency },
      );
      await run.begin(input.source);
      for await (const items of stop.until(input.items())) {
        await run.take(items);
        if (run.failure !== null || run.exhausted) break;
      }
      await run.finished();
      await stop.drained();
      if (run.failure !== null) throw run.failure;
      exhausted = run.exhausted;
    } finally {
      progress.stop();
      stop.dispose();
      failedFile.close();
    }
    const stopped = stop.signalled ?? (exhausted ? 'the spend limit' : null);
    for (const line of summary.lines(stopped)) context.stderr.write(`${line}\n`);
    if (options.json)
      await write(
        context.stdout,
        `${JSON.stringify({ ...summary.data(stop.signalled), ...(exhausted ? { spend_limit_reached: true } : {}) }, null, 2)}\n`,
      );
    if (stop.exitCode === null && exhausted) return 6;
    return stop.exitCode ?? (summary.fail > 0 ? 1 : 0);
  } finally {
    await close();
  }
}

/** Where requests go, and the store that remembers them: the engine of this program, or a running server. */
async function openTarget(
  context: CommandContext,
  config: Config,
  client: ServerClient | null,
): Promise<{
  readonly target: Target;
  /** The engine of this program, to look at while it works. */
  readonly engine: Engine | null;
  readonly lasting: LastingStore | null;
  close(): Promise<void>;
}> {
  if (client === null) {
    const host = await hostEngine(context, config, true, { patient: true });
    return {
      target: new EngineTarget(host.engine),
      engine: host.engine,
      lasting: host.store,
      close: () => host.close(),
    };
  }
  const target = await ServerTarget.connect(context.clock, client);
  const lasting = await openLasting(context, config.storage.path);
  return { target, engine: null, lasting, close: async () => lasting?.close() };
}

async function dryRun(
  context: CommandContext,
  config: Config,
  selection: ReplaySelection,
  options: ReplayOptions,
): Promise<number> {
  const [{ showSubmissions }, { openStorage }] = await Promise.all([
    import('./dry-run.ts'),
    import('../../src/storage/open-storage.ts'),
  ]);
  const path = dataDirectory(context, config.storage.path);
  const storage = path === 'memory' ? null : await openStorage({ path });
  try {
    const store = storage === null ? null : new ReplayStore(context.clock, storage);
    return await showSubmissions(context, await openInput(context, selection, store), store, options);
  } finally {
    await storage?.close();
  }
}
