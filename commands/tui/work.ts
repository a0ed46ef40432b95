import { configFromValues } from '../../src/config/from-values.ts';
import type { LoadedConfig } from '../../src/config/load.ts';
import type { Engine } from '../../src/engine.ts';
import { engineSections } from '../../src/sections.ts';
import type { ServiceConfig } from '../../src/server/sections.ts';
import type { RunningServer } from '../../src/server/server.ts';
import type { Source } from '../../tui/source.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { type Host, hostEngine } from '../shared/host.ts';
import { LiveConfig } from '../shared/live-config.ts';
import { localTime } from '../shared/local-time.ts';
import { write } from '../shared/streams.ts';
import { webBeside } from '../shared/web-beside.ts';
import { webFlags } from '../shared/web-options.ts';
import { DEMO_VALUES, Demo } from './demo.ts';
import { watch } from './watch.ts';

/** How long the demo runs before its one picture is taken, where there is no terminal to watch it on. */
const DEMO_MS = 2500;

/** Hosts the engine and shows it, on the terminal or as one picture; returns the exit code. */
export async function runTui(context: CommandContext, options: CommandOptions): Promise<number> {
  const { host, loaded } = await hostOf(context, options);
  const drawn = options['json'] !== true && canDraw(context);
  const demo = options['demo'] === true ? new Demo(host.engine, context.clock, context.random, host.ids) : null;
  let web: WebOfDashboard | null = null;
  try {
    if (drawn) {
      // Before the screen is taken over, so that what it has to say can be read.
      if (loaded !== null && options['web'] !== false) web = await webOf(context, host, loaded, options);
      return await watch(context, sourceOf(host.engine, web?.server?.url), options['readonly'] === true);
    }
    if (demo !== null) await new Promise<void>((resolve) => context.clock.after(DEMO_MS, resolve));
    await write(context.stdout, await picture(context, host.engine, options['json'] === true));
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

/** The engine in this process, with the address under which others see it. */
function sourceOf(engine: Engine, url = 'embedded'): Source {
  return { label: url, snapshot: engine.snapshot, subscribe: engine.subscribe, reset: () => engine.reset() };
}

/** A terminal that keys can be read from and pictures be drawn on. */
function canDraw({ stdin, stdout, environment }: CommandContext): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && environment['TERM'] !== 'dumb';
}

async function picture({ stdout }: CommandContext, engine: Engine, json: boolean): Promise<string> {
  const snapshot = engine.snapshot();
  if (json) return `${JSON.stringify(snapshot)}\n`;
  const { drawText } = await import('../../tui/screen.ts');
  return drawText(snapshot, { level: 'debug', sinceMs: 0, timeOfDay: localTime }, stdout.columns ?? 80);
}
