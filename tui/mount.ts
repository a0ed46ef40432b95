import type { Readable, Writable } from 'node:stream';
import type { AppProps } from './app.tsx';
import { Painter } from './painter.ts';

export interface Mounted {
  /** Ends when the dashboard has left the screen; rejects with what broke it. */
  readonly ended: Promise<void>;
  /** Leaves the screen as it was found. */
  unmount(): void;
}

/** Shows the dashboard on the alternate screen of a terminal. Loads ink and react, 200 ms. */
export async function mountDashboard(
  props: Omit<AppProps, 'display'>,
  stdin: Readable,
  stdout: Writable,
): Promise<Mounted> {
  // React decides when it is loaded; what it does for development costs a third of the processor time.
  process.env['NODE_ENV'] ??= 'production';
  const [{ createElement }, { render }, { App }] = await Promise.all([
    import('react'),
    import('ink'),
    import('./app.tsx'),
  ]);
  const display = new Painter(stdout, props.paint);
  const { waitUntilExit, clear, unmount } = render(createElement(App, { ...props, display }), {
    stdin: stdin as NodeJS.ReadStream,
    stdout: stdout as NodeJS.WriteStream,
    alternateScreen: true,
    // Whoever calls this has made sure that there is a terminal, also where the environment says CI.
    interactive: true,
    exitOnCtrlC: false,
  });
  return {
    ended: waitUntilExit().then(() => undefined),
    unmount() {
      // tmux folds what is left on the alternate screen of a window that has grown into the one below.
      clear();
      display.clear();
      unmount();
    },
  };
}
