import type { CommandOption } from '../command.ts';

/** For commands that show the engine at work. */
export const noLiveOption: CommandOption = {
  flags: '--no-live',
  description: 'a plain progress bar in place of the live view',
};
