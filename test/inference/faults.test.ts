import { describe, expect, test } from 'vitest';
import { type ErrorCode, OrchestratorError } from '../../src/core/errors.ts';
import type { BreakerChange } from '../../src/inference/events.ts';
import { retryAfterMs } from '../../src/providers/http/retry-after.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../support/test-engine.ts';

/** A provider that answers at once: with this error, or with `ok` while there is none. */
function upstream(world: World): { fault: OrchestratorError | null; calls: number } {
  const state = { fault: null as OrchestratorError | null, calls: 0 };
  world.provider.atOnce((attempt) => {
    state.calls++;
    if (state.fault === null) attempt.emit('ok');
    else attempt.error = state.fault;
  });
  return state;
}

const fault = (code: ErrorCode, retryAfter?: number) =>
  new OrchestratorError(code, 'on purpose', retryAfter === undefined ? {} : { retryAfterMs: retryAfter });

/** Time passes, as far as promises and timers of this many milliseconds go. */
async function pass(world: World, ms: number): Promise<void> {
  await happen();
  world.clock.advance(ms);
  await happen();
}

const breaker = ({ engine }: World) => engine.breakers.list()[0]!;
const WALL = Date.UTC(2026, 0, 1);

describe('fault 1: 429 with Retry-After', () => {
  test.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['a date', { 'retry-after': new Date(WALL + 20_000).toUTCString() }, 20_000],
    ['milliseconds', { 'retry-after-ms': '1500' }, 1500],
    ['an absurd time', { 'retry-after': '1000000000' }, 60_000],
    ['a negative time', { 'retry-after': '-5' }, 0],
  ])('%s: waits at least that, up to a minute, and not much longer', async (_what, headers, least) => {
    const world = testEngine({ resilience: { retry_base_ms: 100 } });
    const provider = upstream(world);
    provider.fault = fault(
      'provider_rate_limited',
      retryAfterMs((name) => headers[name as never], WALL),
    );
    const sent = world.send('go');
    provider.fault = null;
    if (least > 0) await pass(world, least - 1);
    expect(provider.calls).toBe(1);
    await pass(world, 101);
    expect(sent.outcomes).toMatchObject([{ status: 'completed', attempts: 2 }]);
    expect(breaker(world)).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('a wait that ends after the deadline is not begun: the caller hears at once, and when to come back', async () => {
    const world = testEngine({ resilience: {} });
    const provider = upstream(world);
    provider.fault = fault('provider_rate_limited', 5000);
    const sent = world.send(prompt('go', { deadline_ms: 4000 }));
    expect(sent.outcomes).toMatchObject([
      { status: 'failed', attempts: 1, error: { code: 'provider_rate_limited', retryAfterMs: 5000 } },
    ]);
  });

  test('a storm of them opens the breaker only when it lasts', async () => {
    const world = testEngine({ resilience: { retry_attempts: 1, circuit_breaker_timeout_s: 60 } });
    const provider = upstream(world);
    provider.fault = fault('provider_rate_limited');
    world.burst(100);
    world.clock.advance(59_000);
    world.burst(100);
    expect(breaker(world)).toMatchObject({ state: 'closed', failures: 0 });
    world.clock.advance(1000);
    world.burst(5);
    expect(breaker(world)).toMatchObject({ state: 'open', reason: 'provider_rate_limited' });
  });
});

test('fault 2: 429 without a header is retried with full jitter, within the budget', async () => {
  const world = testEngine({ resilience: { retry_attempts: 3, retry_base_ms: 1000 } });
  const provider = upstream(world);
  provider.fault = fault('provider_rate_limited');
  const sent = world.burst(5);
  // Ten retries are all a new process has; those of the first round spread over its second.
  const seen: number[] = [];
  for (let ms = 0; ms < 1000; ms += 50) {
    await pass(world, 50);
    seen.push(provider.calls);
  }
  expect(new Set(seen).size).toBeGreaterThan(3);
  await pass(world, 5000);
  await pass(world, 5000);
  expect(provider.calls).toBe(15);
  expect(sent.every(({ outcomes: [one] }) => one?.error?.code === 'provider_rate_limited')).toBe(true);
  world.send('one more');
  await pass(world, 5000);
  expect(provider.calls).toBe(16);
});

test('fault 3: a burst of 5xx opens the breaker within as many failures as configured; it recovers by its probes', async () => {
  const world = testEngine({ resilience: { retry_attempts: 1 } });
  const changes: [string, BreakerChange][] = [];
  for (const name of ['opened', 'half_opened', 'closed'] as const)
    world.engine.events.on(`inference.breaker_${name}`, (change) => changes.push([name, change]));
  const provider = upstream(world);
  provider.fault = fault('provider_failed');
  const sent = world.burst(50);
  expect(provider.calls).toBe(5);
  expect(sent.slice(5).every(({ outcomes: [one] }) => one?.error?.code === 'circuit_open')).toBe(true);
  // The first round of probes fails: two of five, and three would be left of the four it needs.
  await pass(world, 60_000);
  world.burst(10);
  expect(provider.calls).toBe(7);
  provider.fault = null;
  await pass(world, 119_000);
  expect(world.burst(10).every(({ status }) => status === 'failed')).toBe(true);
  await pass(world, 1000);
  expect(world.burst(10).every(({ status }) => status === 'completed')).toBe(true);
  expect(changes.map(([name, { failures }]) => [name, failures])).toEqual([
    ...[
      ['opened', 5],
      ['half_opened', 5],
      ['opened', 7],
      ['half_opened', 7],
      ['closed', 0],
    ],
  ]);
  const { log, providers } = world.engine.snapshot();
  expect(log.filter(({ event }) => event === 'breaker opened')).toMatchObject([
    { level: 'warn', fields: { provider: 'scripted', reason: 'provider_failed', failures: 5, next_probe_ms: 60_000 } },
    { fields: { failures: 7, next_probe_ms: 120_000 } },
  ]);
  expect(providers['scripted']).toMatchObject({ calls: 17, rejected: { breaker: 63 }, breaker: { state: 'closed' } });
});

test('fault 3: five failures cost five calls, retries included', async () => {
  const world = testEngine({ resilience: { retry_attempts: 3 } });
  const provider = upstream(world);
  provider.fault = fault('provider_failed');
  world.burst(20);
  for (let i = 0; i < 5; i++) await pass(world, 1000);
  expect(provider.calls).toBe(5);
});

test('fault 12: a call that hangs is given up, and its worker is free for the next', async () => {
  const world = testEngine({ workers: 1, timeoutMs: 1000, resilience: { retry_attempts: 1 } });
  const sent = world.send('hangs');
  world.send('next');
  await pass(world, 1020);
  expect(sent.outcomes).toMatchObject([{ status: 'failed', error: { code: 'provider_timeout' } }]);
  expect(world.provider.call('next').settled).toBe(false);
  expect(breaker(world)).toMatchObject({ failures: 1 });
});

describe('fault 17: every provider open', () => {
  test('one fast failure, that says when the next probe is; the provider is not called', async () => {
    const world = testEngine({ resilience: {} });
    const provider = upstream(world);
    provider.fault = fault('provider_failed');
    for (let i = 0; i < 5; i++) {
      world.send(`fails ${i}`);
      await pass(world, 1000);
    }
    const { calls } = provider;
    world.clock.advance(10_000);
    const left = breaker(world).next_probe_ms!;
    const sent = world.send('go');
    expect(sent.outcomes).toMatchObject([
      { status: 'failed', attempts: 0, error: { code: 'circuit_open', retryAfterMs: left, exitCode: 5 } },
    ]);
    expect(sent.outcomes[0]!.error!.definition.status).toBe(503);
    expect(provider.calls).toBe(calls);
  });

  test('while the probes of a round are on their way, the others fail as fast', async () => {
    const world = testEngine({ resilience: { circuit_breaker_probes: 1, circuit_breaker_threshold: 1 } });
    world.send('fails');
    world.provider.call('fails').fail();
    await pass(world, 60_000);
    world.send('probe');
    expect(world.send('other').outcomes).toMatchObject([{ error: { code: 'circuit_open', retryAfterMs: 1000 } }]);
    world.provider.call('probe').answer('ok');
    await happen();
    expect(breaker(world).state).toBe('closed');
  });

  test('a probe that its caller took back leaves the place to the next', async () => {
    const world = testEngine({ resilience: { circuit_breaker_probes: 1, circuit_breaker_threshold: 1 } });
    world.send('fails');
    world.provider.call('fails').fail();
    await pass(world, 60_000);
    const probe = world.send('probe');
    probe.cancel();
    world.provider.call('probe').settle();
    await happen();
    world.send('next');
    world.provider.call('next').answer('ok');
    await happen();
    expect(breaker(world).state).toBe('closed');
  });
});

test('fault 18: a wall clock that jumps moves neither breaker, nor retries, nor limits', async () => {
  let wallMs = WALL;
  class JumpingClock extends ManualClock {
    override wall(): number {
      return wallMs;
    }
  }
  const world = testEngine({
    clock: new JumpingClock(),
    provided: { max_rps: 10 },
    resilience: { circuit_breaker_threshold: 1, circuit_breaker_probes: 1, retry_attempts: 1 },
  });
  const provider = upstream(world);
  provider.fault = fault('provider_failed');
  world.send('fails');
  provider.fault = null;
  for (const jump of [3_600_000, -7_200_000, 3_600_000 * 24]) {
    wallMs += jump;
    expect(world.send('early').outcomes).toMatchObject([{ error: { code: 'circuit_open' } }]);
    expect(breaker(world).next_probe_ms).toBe(60_000);
  }
  await pass(world, 60_000);
  const before = provider.calls;
  world.burst(20);
  wallMs += 3_600_000;
  await happen();
  expect(provider.calls).toBe(before + 1);
  await pass(world, 1000);
  expect(provider.calls).toBe(before + 11);
});

test.each([
  ['with the breaker', {}],
  ['without it', { circuit_breaker_threshold: 0 }],
])('everything fails for 1,000 requests: at most 1.2 calls each, %s', async (_how, resilience) => {
  const world = testEngine({ resilience, workers: 1000, capacity: 2000 });
  const provider = upstream(world);
  // What was saved up in better times is spent, too.
  world.burst(1000, 'good');
  provider.calls = 0;
  provider.fault = fault('provider_unavailable');
  const sent = world.burst(1000, 'bad');
  for (let i = 0; i < 10; i++) await pass(world, 5000);
  expect(sent.every(({ status }) => status === 'failed')).toBe(true);
  expect(provider.calls).toBeLessThanOrEqual(1200);
  if ('circuit_breaker_threshold' in resilience) expect(provider.calls).toBeGreaterThan(1000);
});
