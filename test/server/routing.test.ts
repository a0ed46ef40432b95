import { expect, test } from 'vitest';
import { testServer } from './support/server.ts';

const values = {
  providers: { fast: { kind: 'echo', delay_ms: 5 }, smart: { kind: 'echo', delay_ms: 5 } },
  routing: { policy: 'cascade' },
  pipelines: { quick: { class: 'faq', providers: ['fast'] }, thorough: { class: 'reasoning', providers: ['smart'] } },
};

test('the header chooses a pipeline, explain tells why, and the stats have the sums', async () => {
  await using server = await testServer({ values, configured: true });
  const quick = await server.send('POST', '/v1/prompt', { input: 'What is Rust?' });
  const thorough = await server.send(
    'POST',
    '/v1/prompt',
    { input: 'What is Go?' },
    { 'x-orchestrator-route': 'thorough' },
  );
  expect([quick, thorough].map(({ headers }) => headers.get('x-orchestrator-provider'))).toEqual(['fast', 'smart']);
  const story = await server.get(`/v1/requests/${thorough.headers.get('x-request-id')}/explain`);
  expect(story.body).toMatchObject({
    status: 'completed',
    provider: 'smart',
    pipeline: 'thorough',
    choices: [{ candidates: [{ name: 'smart', verdict: 'chosen' }] }],
    attempts: [{ provider: 'smart', result: 'ok' }],
  });
  const { queued_ms, asking_ms, waiting_ms, other_ms, total_ms } = story.body.times;
  expect(queued_ms + asking_ms + waiting_ms + other_ms).toBeCloseTo(total_ms, 6);
  expect((await server.get('/api/v1/load-balancer/stats')).body).toMatchObject({
    policy: 'cascade',
    routed: 2,
    pipelines: { quick: { routed: 1 }, thorough: { routed: 1 } },
    endpoints: [
      { id: 'fast', healthy: true, share: 0.5 },
      { id: 'smart', healthy: true, share: 0.5 },
    ],
  });
});

test('what is not known, or no pipeline, is told', async () => {
  await using server = await testServer({ values, configured: true });
  expect((await server.get('/v1/requests/nobody/explain')).status).toBe(404);
  const wrong = await server.send('POST', '/v1/prompt', { input: 'x' }, { 'x-orchestrator-route': 'nowhere' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('there are quick, thorough');
  const bad = await server.send('POST', '/v1/prompt', { input: 'x' }, { 'x-orchestrator-route': 'no way' });
  expect(bad.status).toBe(400);
});
