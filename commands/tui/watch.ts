import type { Clock } from '../../src/core/clock.ts';
import { loadDashboard, type Mounted } from '../../tui/mount.ts';
import { Recorder } from '../../tui/recorder.ts';
import type { Source } from '../../tui/source.ts';
import { createPaint } from '../../tui/theme.ts';
import type { CommandContext } from '../command.ts';
import { localTime } from '../shared/local-time.ts';
import { SIGNAL_EXIT_CODES } from '../shared/signals.ts';

/** SIGHUP: the window was closed. */
const HUNG_UP = 129;
/**
 * A shell that ends a stopped job sends SIGTERM, then SIGCONT, and they may be heard in either order: milliseconds in which
 * an end is heard before the terminal is taken back. Who takes it in the background is stopped.
 */
const HEARD_MS = 50;

/**
 * Gives the terminal back while the process is stopped, and takes it when it goes on; draws anew at every change of the
 * window's size, also one that was taken back before anybody looked, as terminals cut off what does not fit.
 */
function onTerminalSignals(dashboard: () => Mounted, clock: Clock): () => void {
  const stop = (): void => {
    dashboard().suspend();
    process.kill(process.pid, 'SIGSTOP');
  };
  const resume = (): void => void clock.after(HEARD_MS, () => dashboard().resume(), true);
  const listeners = { SIGTSTP: stop, SIGCONT: resume, SIGWINCH: () => dashboard().repaint() };
  for (const [signal, listener] of Object.entries(listeners)) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of Object.entries(listeners)) process.off(signal, listener);
  };
}

/** Shows the dashboard until a key, a signal or the end of the terminal ends it; returns the exit code. */
export async function watch(context: CommandContext, source: Source, readonly: boolean): Promise<number> {
  const { stdin, stdout, clock, environment } = context;
  let exitCode = 0;
  let broken: { readonly thrown: unknown } | null = null;
  const leaving = Promise.withResolvers<void>();
  const leave = (code: number): void => {
    exitCode = code;
    leaving.resolve();
  };
  // Told on the screen that is left, where it can be read.
  const fail = (thrown: unknown): void => {
    broken ??= { thrown };
    leaving.resolve();
  };
  const gone = (): void => leave(HUNG_UP);
  const recorder = new Recorder(clock, source);
  const disposers = [
    () => recorder.stop(),
    context.onSignal((signal) => leave(SIGNAL_EXIT_CODES[signal])),
    context.onReload(gone),
    () => process.off('uncaughtException', fail),
    () => stdin.off('end', gone).off('error', gone),
  ];
  process.on('uncaughtException', fail);
  stdin.on('end', gone).on('error', gone);
  try {
    const mountDashboard = await loadDashboard();
    // Before the terminal is taken, or a process that is stopped meanwhile keeps it; they are told of after that turn.
    disposers.push(onTerminalSignals(() => dashboard, clock));
    const dashboard = mountDashboard(
      {
        source,
        past: recorder,
        clock,
        paint: createPaint(environment),
        timeOfDay: localTime,
        readonly,
        onQuit: (interrupted) => leave(interrupted ? SIGNAL_EXIT_CODES.SIGINT : 0),
      },
      stdin,
      stdout,
    );
    await Promise.race([leaving.promise, dashboard.ended]);
    dashboard.unmount();
    await dashboard.ended;
  } finally {
    for (const dispose of disposers) dispose();
  }
  if (broken !== null) throw (broken as { readonly thrown: unknown }).thrown;
  return exitCode;
}
