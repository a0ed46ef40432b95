import type { CommandContext } from '../command.ts';
import type { WorkerChoice } from './workers.ts';

/** What the wizard asks at a terminal. A rejected question is the person leaving. */
export interface Questions {
  worker(choices: readonly WorkerChoice[], byDefault: string): Promise<string>;
  /** The key is not shown while it is typed. */
  key(variable: string, source: string): Promise<string>;
  takeSetKey(variable: string): Promise<boolean>;
  model(proposed: string | undefined): Promise<string>;
  baseUrl(proposed: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
}

/** The questions at this command's terminal; loads the library for it. */
export async function askAt({ stdin, stderr }: CommandContext): Promise<Questions> {
  const { confirm, input, password, rawlist } = await import('@inquirer/prompts');
  const at = { input: stdin, output: stderr };
  return {
    worker: (choices, byDefault) =>
      rawlist(
        {
          message: 'Which AI provider do you want to use?',
          choices: choices.map(({ worker, label }) => ({ value: worker as string, name: label, short: worker })),
          default: byDefault,
        },
        at,
      ),
    key: (variable, source) =>
      password(
        {
          message: `${variable} (get one at ${source}; it is not shown):`,
          // No key that shows what was typed after all.
          toggleMask: false,
          validate: (text) => text.trim() !== '' || 'A key is needed.',
        },
        at,
      ),
    takeSetKey: (variable) => confirm({ message: `${variable} is set already. Use it?`, default: true }, at),
    model: (proposed) =>
      input(
        proposed === undefined
          ? { message: "Model (Enter for the server's own):" }
          : { message: 'Model:', default: proposed },
        at,
      ),
    baseUrl: (proposed) => input({ message: 'Address of the server:', default: proposed }, at),
    confirm: (message) => confirm({ message, default: false }, at),
  };
}

/** Whether a question was left with Ctrl-C, or with the terminal gone. */
export function isLeaving(thrown: unknown): boolean {
  return thrown instanceof Error && /^(?:ExitPromptError|AbortPromptError|CancelPromptError)$/.test(thrown.name);
}
