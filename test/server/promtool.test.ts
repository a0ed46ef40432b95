import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { echoing, testServer } from './support/server.ts';

/** Of Debian's package `prometheus`. */
const installed = spawnSync('promtool', ['--version']).status === 0;
if (!installed)
  process.stderr.write('promtool is not installed: what Prometheus thinks of the metrics is not checked\n');

test.skipIf(!installed)('Prometheus itself finds nothing wrong with the metrics', async () => {
  await using server = await testServer({ provider: echoing() });
  for (const [path, body] of [
    ['/v1/prompt', { input: 'hi' }],
    ['/v1/prompt', { input: '' }],
    ['/api/v1/infer', { prompt: 'hi', stream: true }],
    ['/nowhere', {}],
  ] as const) {
    await server.send('POST', path, body);
  }
  const { text } = await server.get('/metrics');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
});
