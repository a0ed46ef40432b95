import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { createElement } from 'react';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { App } from '../../tui/app.tsx';
import { Recorder } from '../../tui/recorder.ts';
import { type Line, plain } from '../../tui/text.ts';
import { createPaint } from '../../tui/theme.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { AT, look, scriptedSource } from './pictures.ts';

class Screen extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  frame = '';
  frames = 0;

  write(text: string, written?: () => void): boolean {
    // Of ink, only what is read out: everything else is what turns modes on and off.
    if (text.includes('quit')) this.frame = text;
    written?.();
    return true;
  }

  draw(lines: readonly Line[]): void {
    this.frame = lines.map((line) => plain(line)).join('\n');
    this.frames++;
  }
}

class Keyboard extends EventEmitter {
  readonly isTTY = true;
  #typed: string[] = [];
  setEncoding(): void {}
  setRawMode(): void {}
  ref(): void {}
  unref(): void {}
  read(): string | null {
    return this.#typed.shift() ?? null;
  }
  type(text: string): void {
    this.#typed.push(text);
    this.emit('readable');
  }
}

/** The dashboard with ink, on a screen and a keyboard of paper. */
export async function screenOf(
  first: Snapshot,
  options: { readonly readonly?: boolean; readonly spoken?: boolean } = {},
) {
  const screen = new Screen();
  const keyboard = new Keyboard();
  const clock = new ManualClock(AT);
  const source = scriptedSource(first);
  const quits: boolean[] = [];
  const past = new Recorder(clock, source);
  const props = {
    ...{ source, past, clock, display: screen, paint: createPaint({ NO_COLOR: '1' }), timeOfDay: look().timeOfDay },
    readonly: options.readonly ?? false,
    onQuit: (interrupted: boolean) => {
      quits.push(interrupted);
    },
  };
  const streams = { stdout: screen as never, stdin: keyboard as never, stderr: screen as never };
  const { unmount, waitUntilRenderFlush } = render(createElement(App, props), {
    ...streams,
    ...{
      debug: true,
      isScreenReaderEnabled: options.spoken ?? false,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  });
  // Effects run, and what they ask for is drawn.
  const drawn = async (): Promise<void> => {
    for (let round = 0; round < 4; round++) await waitUntilRenderFlush();
  };
  await drawn();
  return {
    source,
    /** What is on the screen. */
    get shown(): string {
      return screen.frame;
    },
    get frames(): number {
      return screen.frames;
    },
    /** Each time it was asked to quit: whether by Ctrl-C. */
    quits,
    async press(text: string): Promise<void> {
      keyboard.type(text);
      await drawn();
    },
    async resize(columns: number, rows: number): Promise<void> {
      Object.assign(screen, { columns, rows });
      screen.emit('resize');
      await drawn();
    },
    async show(next: Snapshot): Promise<void> {
      source.show(next);
      await drawn();
    },
    async advance(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 1000) {
        clock.advance(1000);
        await drawn();
      }
    },
    [Symbol.dispose]: () => unmount(),
  };
}
