import { safeText } from '../../src/core/safe-text.ts';
import type { CommandContext } from '../command.ts';
import { write } from './streams.ts';

/** A terminal gets safe text only; a pipe gets what the model said. */
export async function streamText({ stdout }: CommandContext, pieces: AsyncIterable<string>): Promise<void> {
  let last = '';
  for await (const piece of pieces) {
    last = stdout.isTTY === true ? safeText(piece) : piece;
    await write(stdout, last);
  }
  if (last !== '' && !last.endsWith('\n')) await write(stdout, '\n');
}
