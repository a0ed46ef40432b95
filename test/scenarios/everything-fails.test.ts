import { expect, test } from 'vitest';
import { createConfig, createEngine } from '../../src/index.ts';
import { prompt } from '../support/scripted-provider.ts';
import { json, type Reply, reset, Upstream } from '../support/upstream.ts';

const REQUESTS = 1000;
/** In flight at once. */
const WINDOW = 50;
/** Calls a request, on average. */
const MOST = 1.2;

const BROKEN = json(500, { error: { message: 'no' } });
const LIMITED = json(429, { error: { message: 'slow down' } }, { 'retry-after-ms': '1' });

/** One of them after the other. */
function inTurn(...replies: readonly Reply[]): Reply {
  let asked = 0;
  return (response, received) => replies[asked++ % replies.length]!(response, received);
}

/** Sends a thousand requests to as many real upstreams that only fail; resolves with all calls they got. */
async function callsOf(reply: () => Reply, upstreams: number, values: object): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const fleet: Upstream[] = [];
  for (let i = 0; i < upstreams; i++) fleet.push(stack.use(await Upstream.start(reply())));
  const providers = Object.fromEntries(
    fleet.map(({ url }, i) => [`up${i}`, { kind: 'open_ai', base_url: `${url}/v1`, model: 'm' }]),
  );
  // Without a breaker, so that all of them are sent.
  const resilience = { circuit_breaker_threshold: 0, retry_attempts: 5, retry_base_ms: 1, retry_max_ms: 2 };
  const engine = createEngine(createConfig({ providers, resilience, ...values }));
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < REQUESTS) {
      const outcome = await engine.submit(prompt(`q${next++}`));
      expect(outcome.status).toBe('failed');
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, worker));
  await engine.drain(0);
  return fleet.reduce((sum, { received }) => sum + received.length, 0);
}

test.each([
  ['breaks', () => BROKEN],
  ['limits, breaks and breaks', () => inTurn(LIMITED, BROKEN, BROKEN)],
])('an upstream that only %s gets at most 1.2 calls a request', async (_what, reply) => {
  const calls = await callsOf(reply, 1, {});
  expect(calls).toBeGreaterThan(REQUESTS);
  expect(calls).toBeLessThanOrEqual(REQUESTS * MOST);
});

test.each(['cascade', 'round_robin'])('and so do three of them together, by %s', async (policy) => {
  const calls = await callsOf(() => BROKEN, 3, { routing: { policy } });
  expect(calls).toBeLessThanOrEqual(REQUESTS * MOST);
});

test('a breaker saves it nearly all of them, connections that are reset included', async () => {
  const resilience = { circuit_breaker_threshold: 5, retry_base_ms: 1, retry_max_ms: 2 };
  expect(await callsOf(() => reset, 1, { resilience })).toBeLessThan(REQUESTS / 5);
});
