import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Terminal } from '../support/pty.ts';
import { Started } from '../support/started.ts';
import { Workplace } from '../support/terminal.ts';

const TIME = { timeout: 180_000 };

/** A service in a process of its own, once it listens. */
async function serve(place: Workplace, name: string, port = 0) {
  const args = ['run', '--serve', '--worker', 'echo', '--port', String(port), '--set', 'storage.path=memory'];
  const service = new Started(place, args, name);
  onTestFinished(() => service.kill('SIGKILL'));
  const told = (): string => {
    try {
      return service.told;
    } catch {
      return '';
    }
  };
  await expect.poll(told, { timeout: 30_000 }).toContain('"msg":"serving"');
  return { service, url: /"url":"([^"]+)"/.exec(told())![1]! };
}

const ask = (url: string, input: string): Promise<Response> =>
  fetch(`${url}/v1/prompt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
  });

test('a server is watched; it is killed, which is said, and shown again when it is back', TIME, async () => {
  using place = new Workplace();
  const first = await serve(place, 'first');
  await using terminal = new Terminal(place, ['tui', '--url', first.url]);
  await terminal.sees(`local · ${first.url}`);
  await terminal.sees('● live');
  for (const input of ['one', 'two', 'three']) expect((await ask(first.url, input)).status).toBe(200);
  await terminal.sees('3 completed');
  terminal.type('2');
  await terminal.sees('REQUESTS 0 in flight');
  terminal.type('r');
  await terminal.sees('r is off: only in view 1');
  terminal.type('1r');
  await terminal.sees('r is off: the counters of a server are its metrics');

  first.service.kill('SIGKILL');
  await first.service.ended;
  await terminal.sees(/○ lost at \d\d:\d\d:\d\d/);
  // The last picture stays.
  await terminal.sees('3 completed');
  await serve(place, 'second', Number(new URL(first.url).port));
  await terminal.sees('● live');
  // The counters of the new one.
  await terminal.sees('0 in · 0 open');
  expect((await ask(first.url, 'four')).status).toBe(200);
  await terminal.sees('1 completed');
  terminal.type('q');
  expect((await terminal.ended).exitCode).toBe(0);
  expect(terminal.bytes.trimEnd().endsWith('\u001b[?25h') || terminal.bytes.includes('\u001b[?1049l')).toBe(true);
});

test('nobody there, another version, a wrong key: one sentence on a terminal that was left alone', TIME, async () => {
  using place = new Workplace();
  const stranger = createServer((_, reply) => {
    reply.setHeader('content-type', 'application/json');
    reply.end(JSON.stringify({ name: 'orchestrator', version: '999.0.0' }));
  });
  const locked = createServer((_, reply) => {
    reply.statusCode = 401;
    reply.setHeader('content-type', 'application/json');
    reply.end(JSON.stringify({ error: { code: 'unauthorized', message: 'An API key is needed.' } }));
  });
  const [other, closed] = await Promise.all(
    [stranger, locked].map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  for (const [url, words, code] of [
    ['http://127.0.0.1:9', 'cannot be reached', 5],
    [other!, 'it speaks version 999.0.0', 5],
    [closed!, 'key', 4],
  ] as const) {
    await using terminal = new Terminal(place, ['tui', '--url', url]);
    expect([url, (await terminal.ended).exitCode]).toEqual([url, code]);
    expect(terminal.transcript).toContain(words);
    expect(terminal.bytes).not.toContain('\u001b[?1049h');
  }
});
