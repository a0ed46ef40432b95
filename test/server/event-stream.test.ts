import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../src/server/http/exchange.ts';
import type { EventStream } from '../../src/server/streams/event-stream.ts';
import { OpenStreams } from '../../src/server/streams/open-streams.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** A stream to a client that reads only when the test does; time is the test's. */
async function connected(): Promise<{
  stream: EventStream;
  client: IncomingMessage;
  clock: ManualClock;
  streams: OpenStreams;
}> {
  const clock = new ManualClock();
  const streams = new OpenStreams(clock);
  const server = createServer();
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const made = new Promise<EventStream>((resolve) => {
    server.once('request', (_request, raw) => {
      const reply = { raw, hijack: () => undefined, getHeaders: () => ({}) } as unknown as Exchange;
      resolve(streams.open(reply, 'req-1', 'answer'));
    });
  });
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  const stream = await made;
  // The head leaves in the next turn.
  clock.advance(0);
  const [client] = (await once(request, 'response')) as [IncomingMessage];
  client.pause();
  return { stream, client, clock, streams };
}

const PIECE = 'x'.repeat(64 * 1024);

/** Turns of the loop after which what has not left for the client will not leave by itself. */
const TURNS = 200;

/** Sends until the buffers between the two are full; the last sending waits. */
async function fill(stream: EventStream): Promise<{ readonly sending: Promise<boolean> }> {
  for (;;) {
    let sent = false;
    const sending = stream.send('token', { text: PIECE });
    void sending.then(() => {
      sent = true;
    });
    for (let turn = 0; turn < TURNS && !sent; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!sent) return { sending };
  }
}

test('sending waits for a client that does not read, and goes on when it does', async () => {
  const { stream, client } = await connected();
  const { sending } = await fill(stream);
  client.resume();
  expect(await sending).toBe(true);
  expect(stream.open).toBe(true);
});

test('a client that reads nothing for half a minute is closed with an error event', async () => {
  const { stream, client, clock } = await connected();
  const { sending } = await fill(stream);
  clock.advance(29_000);
  expect(stream.open).toBe(true);
  clock.advance(1001);
  expect(await sending).toBe(false);
  expect(await stream.send('token', {})).toBe(false);
  let tail = '';
  for await (const chunk of client) tail = (tail + String(chunk)).slice(-2000);
  expect(tail).toContain('event: error');
  expect(tail).toContain('slow_consumer');
});

test('a silent stream says that it is still there, every 15 seconds', async () => {
  const { client, clock } = await connected();
  const first = once(client, 'data');
  client.resume();
  clock.advance(15_000);
  expect(String((await first)[0])).toBe(': still here\n\n');
});

test('a client that goes is noticed, and nothing is sent to it', async () => {
  const { stream, client, streams } = await connected();
  client.destroy();
  await stream.closed;
  expect(stream.abandoned).toBe(true);
  expect(await stream.send('token', {})).toBe(false);
  expect(streams.count('answer')).toBe(0);
});

test('streams that were opened apart are kept alive apart, and those that have ended no more', async () => {
  const { stream: first, client, clock, streams } = await connected();
  let heard = '';
  client.on('data', (chunk) => {
    heard += String(chunk);
  });
  client.resume();
  clock.advance(5000);
  const beats: string[] = [];
  const second = { raw: pretended((text) => beats.push(text)), hijack: () => undefined, getHeaders: () => ({}) };
  streams.open(second as unknown as Exchange, 'req-2', 'answer');
  clock.advance(10_000);
  await expect.poll(() => heard).toContain('still here');
  expect(beats).toEqual([]);
  clock.advance(5000);
  expect(beats).toHaveLength(1);
  first.end();
  await first.closed;
  clock.advance(30_000);
  expect(beats).toHaveLength(3);
});

/** A response that only tells what is written to it. */
function pretended(written: (text: string) => void) {
  const response = { destroyed: false, writableNeedDrain: false, once: () => undefined };
  return {
    ...response,
    writeHead: () => undefined,
    flushHeaders: () => undefined,
    write: written,
    end: () => undefined,
  };
}
