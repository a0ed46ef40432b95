import { messageOf } from '../../src/core/errors.ts';
import { serveStdio } from '../../src/server/mcp/stdio.ts';
import { toolService } from '../../src/server/mcp/tool-service.ts';
import { logEngine } from '../../src/telemetry/engine-log.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { configControl } from '../shared/config-control.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { hostEngine } from '../shared/host.ts';
import { inferenceFlags, onlyAsked } from '../shared/inference-flags.ts';
import { LiveConfig } from '../shared/live-config.ts';
import { packageVersion } from '../shared/package-version.ts';
import { SIGNAL_EXIT_CODES } from '../shared/signals.ts';
import { commandLogger } from '../shared/web.ts';

/**
 * The engine for one MCP client at the other end of standard input and output; it ends with its client, or with a signal.
 * What is in flight then may end within `server.drain_s`. Everything that is no message goes to stderr.
 */
export async function runMcp(context: CommandContext, options: CommandOptions): Promise<number> {
  const load = async () => {
    const loaded = await loadCommandConfig(context, options, inferenceFlags(options));
    return { ...loaded, config: onlyAsked(loaded.config, options['worker']) };
  };
  const loaded = await load();
  const { config, environment } = loaded;
  const host = await hostEngine({ ...context, environment }, config, true);
  const logger = commandLogger(context, config.observability);
  const live = new LiveConfig(context, loaded, {
    load,
    apply: (changed) => host.engine.apply(changed),
    tell: (text) => logger.info(text),
  });
  const stopLog = logEngine(host.engine, logger);
  const service = toolService({
    engine: host.engine,
    store: host.store,
    storage: host.store?.storage ?? (await memoryStorage()),
    clock: context.clock,
    ids: host.ids,
    version: packageVersion(),
    control: configControl(live),
  });
  let dispose = (): void => undefined;
  const signalled = new Promise<'SIGINT' | 'SIGTERM'>((resolve) => {
    dispose = context.onSignal(resolve);
  });
  try {
    const client = await serveStdio(service, context.stdin, context.stdout);
    const signal = await Promise.race([client.closed.then(() => null), signalled]);
    await client.close();
    await host.engine.drain(config.server.drain_s * 1000);
    return signal === null || signal === 'SIGTERM' ? 0 : SIGNAL_EXIT_CODES[signal];
  } finally {
    dispose();
    stopLog();
    live.stop();
    await host.close().catch((thrown) => logger.error(messageOf(thrown)));
  }
}

async function memoryStorage() {
  const { openStorage } = await import('../../src/storage/open-storage.ts');
  return openStorage({ path: 'memory' });
}
