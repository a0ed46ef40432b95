import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { echoing, testServer } from './server/support/server.ts';
import { root } from './support/tree.ts';

/** What each path of the tour is to answer, where it is not 200. A feature that comes later is 501, and says its name. */
const STATUSES: readonly (readonly [RegExp, number])[] = [
  [/\/v1\/dlq\/replay\//, 404],
  [/\/api\/v1\/infer$/, 202],
];

test('every call of the tour is answered as the documentation says', async () => {
  await using server = await testServer({ provider: echoing() });
  const { stdout } = await promisify(execFile)('sh', [join(root, 'docs/api-tour.sh'), server.url], {
    encoding: 'utf8',
  });
  const calls = stdout.split('\n$ curl ').slice(1);
  expect(calls.length).toBeGreaterThan(40);
  for (const call of calls) {
    const status = Number(/=> (\d{3})\n/.exec(call)?.[1]);
    const path = /http:\/\/[^/]+(\/\S*)/.exec(call)![1]!;
    if (status === 501) expect(call).toMatch(/"code":"not_built","param":null/);
    else expect(status, call).toBe(STATUSES.find(([pattern]) => pattern.test(path))?.[1] ?? 200);
  }
});
