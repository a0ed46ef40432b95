import { expect, test } from 'vitest';
import { echoing, testServer } from './support/server.ts';

const values = { token_budget: { max_tokens_per_session: 1000 } };
const budget = '/v1/sessions/s/budget';

test("a session's tokens are told, limited and freed again", async () => {
  await using server = await testServer({ provider: echoing(), values });
  expect((await server.get(budget)).body).toEqual({
    ...{ session_id: 's', used: 0, reserved: 0, max_tokens: 1000, warn_tokens: 0, standing: 'ok' },
  });
  const ask = () => server.send('POST', '/v1/prompt', { input: 'twelve bytes', session_id: 's' });
  expect((await ask()).status).toBe(200);
  const { used } = (await server.get(budget)).body;
  expect(used).toBeGreaterThan(0);
  expect((await server.send('PUT', budget, { warn_tokens: 1 })).body).toMatchObject({
    ...{ used, warn_tokens: 1, max_tokens: 1000, standing: 'soft_warning' },
  });
  expect((await ask()).status).toBe(200);
  expect((await server.send('PUT', budget, { max_tokens: 2 })).body).toMatchObject({ standing: 'exhausted' });
  const refused = await ask();
  expect([refused.status, refused.body.error.code, refused.headers.get('x-should-retry')]).toEqual([
    ...[429, 'token_budget_exceeded', 'false'],
  ]);
  expect(refused.body.error.message).toContain('its session has 0 of 2 left');
  expect((await server.send('POST', '/v1/prompt', { input: 'twelve bytes', session_id: 'other' })).status).toBe(200);
  await server.send('PUT', budget, { max_tokens: 0 });
  expect((await ask()).status).toBe(200);
});

test('a limit that is none, or none at all, is refused with the field', async () => {
  await using server = await testServer({ values });
  for (const [body, status, param] of [
    [{ max_tokens: -1 }, 422, 'max_tokens'],
    [{ max_tokens: 'many' }, 400, 'max_tokens'],
    [{ tokens: 5 }, 400, 'tokens'],
    [{}, 400, 'body'],
  ] as const) {
    const reply = await server.send('PUT', budget, body);
    expect([reply.status, reply.body.error.param]).toEqual([status, param]);
  }
});

test('where tokens are not counted the answer says what to set', async () => {
  await using server = await testServer();
  const { status, body } = await server.get(budget);
  expect([status, body.error.param]).toEqual([400, 'token_budget']);
  expect(body.error.message).toContain('token_budget.max_tokens_per_session');
  expect((await server.get('/api/v1/rate-limiter/stats')).body).toEqual({ enabled: false, allowed: 0, limited: 0 });
});
