import { join } from 'node:path';
import { safeText } from '../../src/core/safe-text.ts';
import type { RunningServer } from '../../src/server/server.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { stateDirectory } from '../shared/data-directory.ts';
import { hostEngine } from '../shared/host.ts';
import { inferenceFlags } from '../shared/inference-flags.ts';
import { LiveConfig } from '../shared/live-config.ts';
import { SIGNAL_EXIT_CODES } from '../shared/signals.ts';
import { webBeside } from '../shared/web-beside.ts';
import { webFlags } from '../shared/web-options.ts';
import { History } from './history.ts';
import { LineReader } from './line-reader.ts';
import { Repl } from './repl.ts';
import { completions, runSlash } from './slash.ts';
import { showStatus } from './status.ts';

/** Hosts the engine and talks until the person, the pipe or a signal ends it; returns the exit code. */
export async function runRepl(context: CommandContext, options: CommandOptions): Promise<number> {
  const flags = { ...inferenceFlags(options), ...webFlags(options, context.environment) };
  const loaded = await loadCommandConfig(context, options, flags);
  const host = await hostEngine({ ...context, environment: loaded.environment }, loaded.config, true);
  let repl: Repl | null = null;
  const history = new History(join(stateDirectory(context), 'history'));
  const reader = new LineReader(context, history, (line) => completions(repl, line));
  repl = new Repl(context, host, loaded.config, (options['session'] as string | undefined) ?? 'main');
  const live = new LiveConfig(context, loaded, {
    load: () => loadCommandConfig(context, options, flags),
    apply: (config) => repl.configure(config),
    tell: (text) => reader.tell(safeText(`orchestrator: ${text}`)),
  });
  let web: Promise<RunningServer | null> | null = null;
  let signalled: keyof typeof SIGNAL_EXIT_CODES | null = null;
  const dispose = context.onSignal((signal) => {
    // At a terminal Ctrl-C is a key; a SIGINT from elsewhere means the same there, and the end of a pipe's work.
    if (signal === 'SIGINT' && reader.interactive) return reader.interrupt();
    signalled ??= signal;
    reader.end();
    void host.engine.drain(0);
  });
  // Nobody is there to read the answer: it goes to the dead letters, and the conversation ends.
  reader.onGone = () => void host.engine.drain(0);
  try {
    if (options['web'] !== false) {
      web = webBeside({
        context,
        environment: loaded.environment,
        host,
        live,
        options,
        tell: (text) => reader.tell(safeText(text)),
      });
      // What forbids it ends the conversation, too; that it is still starting is no reason to wait.
      web.catch(() => reader.end());
    }
    if (reader.interactive) repl.say(`${repl.label} answers. /help shows the commands, Ctrl-D quits.`);
    const quit = await converse(repl, reader);
    if (signalled !== null) return SIGNAL_EXIT_CODES[signalled];
    if (quit) return SIGNAL_EXIT_CODES.SIGINT;
    return repl.failed && !reader.interactive ? 1 : 0;
  } finally {
    dispose();
    live.stop();
    reader.end();
    try {
      const server = await web;
      server?.drain();
      await host.engine.drain(0);
      await server?.close();
    } finally {
      await host.close();
    }
  }
}

/** One line after the other; true when Ctrl-C ended it. */
async function converse(repl: Repl, reader: LineReader): Promise<boolean> {
  for (let interrupts = 0; ; ) {
    const typed = await reader.next(`${repl.label} › `);
    switch (typed.kind) {
      case 'end':
        if (reader.interactive) repl.say('');
        return false;
      case 'interrupt':
        interrupts++;
        repl.say(interrupts === 1 ? '\n(Ctrl-C again quits, and so does Ctrl-D)' : '');
        if (interrupts > 1) return true;
        break;
      case 'line':
        interrupts = 0;
        if ((await answer(repl, reader, typed.text)) === 'exit') return false;
    }
  }
}

async function answer(repl: Repl, reader: LineReader, line: string): Promise<void | 'exit'> {
  if (line.trim() === '') return undefined;
  try {
    if (line.startsWith('/')) return await runSlash(repl, line);
    await repl.ask(line, (cancel) => {
      reader.onInterrupt = cancel;
    });
    if (reader.interactive) showStatus(repl.context, repl.host.engine.snapshot());
  } catch (thrown) {
    repl.complain(thrown);
  } finally {
    reader.onInterrupt = null;
  }
  return undefined;
}
