import { configFromValues } from '../../src/config/from-values.ts';
import type { LoadedConfig } from '../../src/config/load.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import { engineSections } from '../../src/sections.ts';
import type { ServiceConfig } from '../../src/server/sections.ts';
import type { RunningServer } from '../../src/server/server.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { type Host, hostEngine } from '../shared/host.ts';
import { LiveConfig } from '../shared/live-config.ts';
import { localTime } from '../shared/local-time.ts';
import { packageVersion } from '../shared/package-version.ts';
import { serverClient } from '../shared/server-client.ts';
import { write } from '../shared/streams.ts';
import { webBeside } from '../shared/web-beside.ts';
import { webFlags } from '../shared/web-options.ts';
import { DEMO_VALUES, Demo } from './demo.ts';
import { embeddedSource } from './embedded.ts';
import { connect } from './remote.ts';
import { watch } from './watch.ts';

/** How long the demo runs before its one picture is taken, where there is no terminal to watch it on. */
const DEMO_MS = 2500;

/** Shows an engine, one of its own or that of a running server, on the terminal or as one picture; returns the exit code. */
export function runTui(context: CommandContext, options: CommandOptions): Promise<number> {
  return options['url'] === undefined ? showOwn(context, options) : showServer(context, options);
}

async function showServer(context: CommandContext, options: CommandOptions): Promise<number> {
  if (options['demo'] === true) {
    throw new OrchestratorError('usage', 'Use either --demo or --url: the demo has an engine of its own.');
  }
  const remote = await connect(serverClient(context, options), context.clock, packageVersion());
  try {
    if (isDrawn(context, options)) return await watch(context, remote.source, options['readonly'] === true);
    await write(context.stdout, await picture(context, remote.source.snapshot(), options));
    return 0;
  } finally {
    remote.close();
  }
}

async function showOwn(context: CommandContext, options: CommandOptions): Promise<number> {
  const { host, loaded } = await hostOf(context, options);
  const demo = options['demo'] === true ? new Demo(host.engine, context.clock, context.random, host.ids) : null;
  let web: WebOfDashboard | null = null;
  try {
    if (isDrawn(context, options)) {
      // Before the screen is taken over, so that what it has to say can be read.
      if (loaded !== null && options['web'] !== false) web = await webOf(context, host, loaded, options);
      const source = embeddedSource(host, context.clock, web?.server?.url);
      return await watch(context, source, options['readonly'] === true);
    }
    if (demo !== null) await new Promise<void>((resolve) => context.clock.after(DEMO_MS, resolve));
    await write(context.stdout, await picture(context, host.engine.snapshot(), options));
    return 0;
  } finally {
    demo?.stop();
    web?.live.stop();
    web?.server?.drain();
    await host.engine.drain(0);
    await web?.server?.close();
    await host.close();
  }
}

/** The demo has a configuration of its own, and no web API. */
async function hostOf(
  context: CommandContext,
  options: CommandOptions,
): Promise<{ readonly host: Host; readonly loaded: LoadedConfig<ServiceConfig> | null }> {
  if (options['demo'] === true) {
    const config = configFromValues(engineSections, DEMO_VALUES);
    return { host: await hostEngine(context, config, false), loaded: null };
  }
  const loaded = await loadCommandConfig(context, options, webFlags(options, context.environment));
  return { host: await hostEngine({ ...context, environment: loaded.environment }, loaded.config, true), loaded };
}

interface WebOfDashboard {
  readonly live: LiveConfig;
  /** Null when it could not start. */
  readonly server: RunningServer | null;
}

async function webOf(
  context: CommandContext,
  host: Host,
  loaded: LoadedConfig<ServiceConfig>,
  options: CommandOptions,
): Promise<WebOfDashboard> {
  const live = new LiveConfig(context, loaded, {
    load: () => loadCommandConfig(context, options, webFlags(options, context.environment)),
    apply: (config) => host.engine.apply(config),
    // The screen is the dashboard's.
    tell: () => undefined,
  });
  const tell = (text: string): void => void context.stderr.write(`${text}\n`);
  const server = await webBeside({ context, environment: loaded.environment, host, live, options, tell });
  return { live, server };
}

/** Whether it is to be drawn, and there is a terminal that keys can be read from and pictures be drawn on. */
function isDrawn({ stdin, stdout, environment }: CommandContext, options: CommandOptions): boolean {
  if (options['json'] === true) return false;
  return stdin.isTTY === true && stdout.isTTY === true && environment['TERM'] !== 'dumb';
}

async function picture({ stdout }: CommandContext, snapshot: Snapshot, options: CommandOptions): Promise<string> {
  if (options['json'] === true) return `${JSON.stringify(snapshot)}\n`;
  const { drawText } = await import('../../tui/screen.ts');
  return drawText(snapshot, { level: 'debug', sinceMs: 0, timeOfDay: localTime }, stdout.columns ?? 80);
}
