import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Workplace } from '../support/terminal.ts';

const COMMANDS = [
  ['status'],
  ['dlq', 'list'],
  ['dlq', 'export'],
  ['dlq', 'replay'],
  ['dlq', 'purge', '--yes'],
  ['breaker', 'list'],
  ['breaker', 'reset'],
  ['cache', 'stats'],
  ['cache', 'flush'],
  ['explain', 'req-1'],
] as const;

/** A web server that has never heard of us. */
async function stranger(status: number, body: string) {
  const server = createServer(
    (_request, reply) => void reply.writeHead(status, { 'content-type': 'text/html' }).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test.each([
  [404, '<h1>Not Found</h1>'],
  [200, '<h1>It works!</h1>'],
  [502, '{"error":"bad gateway"}'],
  [200, 'null'],
  [200, '{}'],
  [200, '{"status":"ok","version":"2","choices":[]}'],
])('what answers %i %s is told to be no orchestrator, by every command', async (status, body) => {
  await using server = await stranger(status, body);
  using place = new Workplace();
  for (const command of COMMANDS) {
    const ran = await place.run([...command, '--url', server.url]);
    expect([command, ran.exit, ran.out]).toEqual([command, 5, '']);
    expect(ran.err).toMatch(new RegExp(`${server.url}.*orchestrator`));
  }
  const replay = await place.run(['replay', '--orchestrator-url', server.url], { stdin: '{"prompt":"a"}' });
  expect([replay.exit, replay.out]).toEqual([5, '']);
});

test('nobody at the address', async () => {
  using place = new Workplace();
  for (const command of COMMANDS) {
    const ran = await place.run([...command, '--url', 'http://127.0.0.1:9']);
    expect([command, ran.exit]).toEqual([command, 5]);
    expect(ran.err).toContain('http://127.0.0.1:9 cannot be reached');
  }
});

test('a letter is not taken for answered because somebody says 200', async () => {
  await using server = await stranger(200, '{"name":"something"}');
  using place = new Workplace();
  const failed = `${place.path}/failed.ndjson`;
  const args = ['replay', '--orchestrator-url', server.url, '--max-retries', '0', '--failed-file', failed];
  const replay = await place.run(args, { stdin: '{"prompt":"a"}\n' });
  expect(replay.exit).toBe(1);
  expect(replay.out).toContain('"status":"failed"');
  expect(replay.err).toContain('not as an orchestrator does');
  expect(readFileSync(failed, 'utf8')).toBe('{"prompt":"a"}\n');
});
