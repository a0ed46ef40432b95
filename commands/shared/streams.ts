import type { Writable } from 'node:stream';

/** Writes and waits until the text has left this process's buffers; false when the stream is closed. */
export function write(stream: Writable, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve(false);
    else stream.write(text, (error) => resolve(error === null || error === undefined));
  });
}
