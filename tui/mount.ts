import type { Readable, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import type { AppProps } from './app.tsx';
import { type Canvas, Painter } from './painter.ts';

export interface Mounted {
  /** Ends when the dashboard has left the screen; rejects with what broke it. */
  readonly ended: Promise<void>;
  /** Draws everything anew: something else may have been on the screen. */
  repaint(): void;
  /** Leaves the screen for others, as it was found; and takes it back. */
  suspend(): void;
  resume(): void;
  /** Leaves the screen as it was found. */
  unmount(): void;
}

/** The alternate screen; marked pasting, which ink asks for. */
const ENTER = '\u001b[?1049h\u001b[?2004h';
const LEAVE = '\u001b[?25h\u001b[?2004l\u001b[?1049l';

/** Shows the dashboard on the alternate screen of a terminal. */
export type Mount = (props: Omit<AppProps, 'display'>, stdin: Readable, stdout: Writable) => Mounted;

/** Loads ink and react, 200 ms: what they take of the terminal is taken within one turn, when the dashboard is mounted. */
export async function loadDashboard(): Promise<Mount> {
  // React decides when it is loaded; what it does for development costs a third of the processor time.
  process.env['NODE_ENV'] ??= 'production';
  const [{ createElement }, { render }, { App }] = await Promise.all([
    import('react'),
    import('ink'),
    import('./app.tsx'),
  ]);
  return (props, stdin, stdout) => {
    let screen: 'ours' | 'lent' | 'left' = 'ours';
    // What changes meanwhile is drawn when the screen is ours again.
    const canvas: Canvas = {
      get isShut() {
        return screen !== 'ours' || stdout.destroyed;
      },
      write: (text) => stdout.write(text),
    };
    const display = new Painter(canvas, props.paint);
    const { waitUntilExit, clear, unmount } = render(createElement(App, { ...props, display }), {
      stdin: stdin as NodeJS.ReadStream,
      stdout: stdout as NodeJS.WriteStream,
      alternateScreen: true,
      // Whoever calls this has made sure that there is a terminal, also where the environment says CI.
      interactive: true,
      exitOnCtrlC: false,
    });
    return {
      repaint() {
        // For another size there will be another picture.
        const { columns, rows } = stdout as WriteStream;
        if (display.isFor({ columns, rows })) display.repaint();
      },
      suspend() {
        if (screen !== 'ours') return;
        screen = 'lent';
        stdout.write(LEAVE);
        (stdin as ReadStream).setRawMode(false);
      },
      resume() {
        if (screen === 'left') return;
        screen = 'ours';
        // Who had the terminal in between has left it in another mode than this process believes.
        (stdin as ReadStream).setRawMode(false);
        (stdin as ReadStream).setRawMode(true);
        stdout.write(ENTER);
        display.repaint();
      },
      ended: waitUntilExit().then(() => undefined),
      unmount() {
        // What is wiped now must not be what the shell has on its screen.
        if (screen === 'lent') stdout.write(ENTER);
        screen = 'ours';
        // tmux folds what is left on the alternate screen of a window that has grown into the one below.
        clear();
        display.clear();
        unmount();
        screen = 'left';
      },
    };
  };
}
