import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { echoing, testServer } from './support/server.ts';

interface Case {
  readonly given: { readonly POST?: string; readonly GET?: string; readonly body?: object; readonly key?: boolean };
  readonly then: {
    readonly status?: number;
    readonly status_class?: string;
    readonly body?: object;
    readonly absent?: readonly string[];
    readonly field?: string;
  };
}

const cases = readFileSync(new URL('../conformance/http.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

// What differs from the original, and why, is in docs/deviations.md; limits of sockets are in socket.test.ts.
test.each(cases.map((one) => [JSON.stringify(one.given), one] as const))('%s', async (_name, { given, then }) => {
  await using server = await testServer({
    provider: echoing(),
    environment: given.key === true ? { API_KEY: 'k' } : {},
  });
  const path = given.POST ?? given.GET!;
  const { status, body } = await server.send(given.POST === undefined ? 'GET' : 'POST', path, given.body);
  if (then.status !== undefined) expect(status).toBe(then.status);
  if (then.status_class !== undefined) expect(`${Math.floor(status / 100)}xx`).toBe(then.status_class);
  if (then.body !== undefined) expect(body).toMatchObject(then.body);
  for (const field of then.absent ?? []) expect(body).not.toHaveProperty(field);
  if (then.field !== undefined) expect(body.error.param).toBe(then.field);
});
