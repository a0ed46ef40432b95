import { configFromValues } from '../../src/config/from-values.ts';
import type { Engine } from '../../src/engine.ts';
import { engineSections } from '../../src/sections.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { type Host, hostEngine } from '../shared/host.ts';
import { localTime } from '../shared/local-time.ts';
import { write } from '../shared/streams.ts';
import { DEMO_VALUES, Demo } from './demo.ts';
import { embeddedSource } from './embedded.ts';
import { watch } from './watch.ts';

/** How long the demo runs before its one picture is taken, where there is no terminal to watch it on. */
const DEMO_MS = 2500;

/** Hosts the engine and shows it, on the terminal or as one picture; returns the exit code. */
export async function runTui(context: CommandContext, options: CommandOptions): Promise<number> {
  const host = await hostOf(context, options);
  const demo = options['demo'] === true ? new Demo(host.engine, context.clock, context.random, host.ids) : null;
  try {
    if (options['json'] !== true && canDraw(context)) {
      return await watch(context, embeddedSource(host.engine, context.clock), options['readonly'] === true);
    }
    if (demo !== null) await new Promise<void>((resolve) => context.clock.after(DEMO_MS, resolve));
    await write(context.stdout, await picture(context, host.engine, options['json'] === true));
    return 0;
  } finally {
    demo?.stop();
    await host.close();
  }
}

async function hostOf(context: CommandContext, options: CommandOptions): Promise<Host> {
  if (options['demo'] === true) return hostEngine(context, configFromValues(engineSections, DEMO_VALUES), false);
  const { config, environment } = await loadCommandConfig(context, options);
  return hostEngine({ ...context, environment }, config, true);
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
