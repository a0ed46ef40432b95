import { Buffer } from 'node:buffer';
import { fstatSync } from 'node:fs';
import type { CommandContext } from '../command.ts';

/** Whether standard input is a pipe or a file: neither a terminal, nor closed, nor a device. */
export function hasData({ stdin }: CommandContext): boolean {
  if (stdin.isTTY === true) return false;
  if (stdin.fd === undefined) return true;
  try {
    const stat = fstatSync(stdin.fd);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

/** What comes in on standard input. */
export async function* chunksOf({ stdin }: CommandContext): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
