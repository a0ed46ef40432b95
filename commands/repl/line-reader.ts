import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import { createInterface, type Interface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import type { CommandContext } from '../command.ts';
import type { History } from './history.ts';

/** What the person at the keyboard did. */
export type Typed =
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl-C at the prompt. */
  | { readonly kind: 'interrupt' }
  /** Ctrl-D, the end of the pipe, or a terminal that went away. */
  | { readonly kind: 'end' };

/** Piped lines that may wait before reading pauses. */
const MOST_WAITING = 1000;

/** Reads lines: with prompt, history and completion at a terminal, silently from a pipe. */
export class LineReader {
  readonly interactive: boolean;
  /** Takes Ctrl-C instead of the queue: set while an answer streams. */
  onInterrupt: (() => void) | null = null;
  /** Hears that the terminal is gone. */
  onGone: (() => void) | null = null;
  private readonly lines: Interface;
  private readonly history: History;
  private readonly waiting: Typed[] = [];
  private wake: (() => void) | null = null;
  private readonly output: CommandContext['stderr'] | null;
  private readonly notes: CommandContext['stderr'];
  /** The prompt is on the screen, with what was typed so far behind it. */
  private prompting = false;
  /** What was told while an answer was on its way: it is not to stand in the middle of it. */
  private untold: string[] = [];

  constructor({ stdin, stdout, stderr }: CommandContext, history: History, complete: (line: string) => string[]) {
    const output = [stdout, stderr].find((stream) => stream.isTTY === true);
    this.interactive = stdin.isTTY === true && output !== undefined;
    this.output = this.interactive ? output! : null;
    this.notes = stderr;
    this.history = history;
    this.lines = createInterface({
      input: this.interactive ? this.keysOf(stdin) : stdin,
      ...(this.output === null ? {} : { output: this.output, history: history.load(), historySize: 1000 }),
      terminal: this.interactive,
      removeHistoryDuplicates: true,
      crlfDelay: Number.POSITIVE_INFINITY,
      completer: (line: string): [string[], string] => [complete(line), line],
    });
    this.lines.on('line', (text) => this.push({ kind: 'line', text }));
    this.lines.on('SIGINT', () => this.interrupt());
    this.lines.on('close', () => this.push({ kind: 'end' }));
    // A terminal that went away reads as an error, or as an end that nobody typed.
    const gone = (): void => {
      this.lines.close();
      if (this.interactive) this.onGone?.();
    };
    stdin
      .once('error', gone)
      .once('end', gone)
      .on('error', () => undefined);
  }

  /** The keyboard; readline would throw where nobody can catch it when it resets a terminal that is gone. */
  private keysOf(stdin: CommandContext['stdin']): PassThrough {
    const setRawMode = (raw: boolean): void => {
      try {
        (stdin as ReadStream).setRawMode(raw);
      } catch {
        // It is gone, and its end is told by the stream.
      }
    };
    return stdin.pipe(Object.assign(new PassThrough(), { isTTY: true, setRawMode }));
  }

  /** Ctrl-C, from the keyboard or as a signal. */
  interrupt(): void {
    if (this.onInterrupt !== null) this.onInterrupt();
    else this.push({ kind: 'interrupt' });
  }

  /** Ends the reading, whatever is typed. */
  end(): void {
    this.waiting.length = 0;
    // What has ended by itself does not say so again.
    this.push({ kind: 'end' });
    this.lines.close();
  }

  /** Tells something that nobody asked for: above the prompt and what is typed there, or once the answer is complete. */
  tell(text: string): void {
    if (!this.interactive) this.notes.write(`${text}\n`);
    else if (this.prompting) this.above(text);
    else this.untold.push(text);
  }

  async next(prompt: string): Promise<Typed> {
    for (const text of this.untold.splice(0)) this.notes.write(`${text}\n`);
    if (this.interactive && this.waiting.length === 0) {
      this.lines.setPrompt(prompt);
      this.lines.prompt();
      this.prompting = true;
    }
    while (this.waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const typed = this.waiting.shift()!;
    if (this.waiting.length === 0) this.resume();
    if (typed.kind === 'line' && this.interactive) this.history.add(typed.text);
    // The whole line goes, wherever the cursor stands in it.
    if (typed.kind === 'interrupt' && this.interactive) {
      for (const name of ['e', 'u']) this.lines.write(null, { ctrl: true, name });
    }
    return typed;
  }

  private above(text: string): void {
    const output = this.output!;
    // What is typed may be longer than a row.
    moveCursor(output, 0, -this.lines.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    this.notes.write(`${text}\n`);
    // Readline would go up to where its first row was.
    (this.lines as Interface & { prevRows?: number }).prevRows = 0;
    this.lines.prompt(true);
  }

  private push(typed: Typed): void {
    this.prompting = false;
    this.waiting.push(typed);
    if (this.waiting.length >= MOST_WAITING && !this.interactive) this.lines.pause();
    this.wake?.();
    this.wake = null;
  }

  private resume(): void {
    // Resuming what has ended would throw.
    if (!this.interactive && !this.ended) this.lines.resume();
  }

  private get ended(): boolean {
    return (this.lines as Interface & { readonly closed?: boolean }).closed === true;
  }
}
