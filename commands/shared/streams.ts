import type { Writable } from 'node:stream';

/** Writes and waits until the text has left this process's buffers; false when the stream is closed. */
export function write(stream: Writable, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve(false);
    else stream.write(text, (error) => resolve(error === null || error === undefined));
  });
}

/**
 * Writes whole lines. Those of one turn of the loop leave together: a line is a call into the system, which waits for the reader
 * of a pipe, and a service that stops has a thousand.
 */
export function lineWriter(stream: Writable): (line: string) => void {
  let corked = false;
  return (line) => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    stream.write(line);
  };
}
