import { describe, expect, test } from 'vitest';
import { OrchestratorError } from '../../../src/core/errors.ts';
import type { Config } from '../../../src/sections.ts';
import { prompt, scriptedProvider } from '../../support/scripted-provider.ts';
import { defaultConfig, happen, type Mutable, type TestEngineOptions, testEngine } from '../../support/test-engine.ts';

/** Providers a, b, c in a cascade; the test decides what each call comes to. */
function cascade(options: TestEngineOptions & { readonly routing?: object; readonly keys?: object } = {}) {
  const providers = [scriptedProvider('a'), scriptedProvider('b'), scriptedProvider('c')] as const;
  const world = testEngine({
    resilience: {},
    ...options,
    providers,
    configure(config) {
      Object.assign(config.routing, { policy: 'cascade', ...options.routing });
      Object.assign(config.providers, options.keys);
    },
  });
  const [a, b, c] = providers;
  return { ...world, a, b, c };
}

const failure = (code: 'provider_unavailable' | 'authentication_failed' | 'request_rejected', retryAfterMs?: number) =>
  new OrchestratorError(code, code, retryAfterMs === undefined ? {} : { retryAfterMs });

describe('when a provider fails', () => {
  test('the next one is asked at once, and the answer is its own', async () => {
    const world = cascade();
    const sent = world.send('go');
    world.a.call('go').fail();
    await happen();
    Object.assign(world.b.call('go').attempt, { inputTokens: 3, outputTokens: 1 });
    world.b.call('go').answer('from b');
    await happen();
    expect(sent.outcomes).toMatchObject([
      { status: 'completed', text: 'from b', provider: 'b', model: 'scripted-1', attempts: 2 },
    ]);
    expect(sent.outcomes[0]!.usage).toMatchObject({ input_tokens: 3, output_tokens: 1 });
    expect(world.engine.snapshot().routing).toMatchObject({ failovers: 1, routed: 1 });
  });

  test('what it says after that gets nowhere', async () => {
    const world = cascade();
    const sent = world.send('go');
    const call = world.a.call('go');
    call.fail();
    await happen();
    call.stream('late words');
    world.b.call('go').answer('from b');
    await happen();
    expect(sent.outcomes[0]!.text).toBe('from b');
    expect(sent.streamed).toBe('from b');
  });

  test('nobody else is asked once it has said something', async () => {
    const world = cascade();
    const sent = world.send('go');
    world.a.call('go').stream('half').fail();
    await happen();
    expect(sent.outcomes).toMatchObject([{ status: 'failed', text: 'half', provider: 'a', attempts: 1 }]);
    expect(world.b.calls).toEqual([]);
  });

  test('nobody else is asked when the request is at fault', async () => {
    const world = cascade();
    const sent = world.send('go');
    world.a.call('go').fail(failure('request_rejected'));
    await happen();
    expect(sent.outcomes).toMatchObject([{ status: 'failed', error: { code: 'request_rejected' } }]);
    expect(world.b.calls).toEqual([]);
  });

  test('retry_attempts bounds all tries at a request, wherever they went', async () => {
    const world = cascade({ resilience: { retry_attempts: 2 } });
    const sent = world.send('go');
    world.a.call('go').fail();
    await happen();
    world.b.call('go').fail();
    await happen();
    expect(sent.outcomes).toMatchObject([{ status: 'failed', provider: 'b', attempts: 2 }]);
    expect(world.c.calls).toEqual([]);
  });

  test('once everybody was asked the round begins anew, after a wait, without those that are no use', async () => {
    const world = cascade({ resilience: { retry_attempts: 9, retry_base_ms: 1000 } });
    const sent = world.send('go');
    world.a.call('go').fail(failure('authentication_failed'));
    await happen();
    world.b.call('go').fail();
    await happen();
    world.c.call('go').fail();
    await happen();
    expect([world.a, world.b, world.c].map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
    world.clock.advance(5000);
    await happen();
    world.b.call('go').answer('at last');
    await happen();
    expect(sent.outcomes).toMatchObject([{ status: 'completed', provider: 'b', attempts: 4 }]);
    expect(world.a.calls).toHaveLength(1);
  });

  test('failovers charge the retry budget: a fleet that is down is not asked again and again', async () => {
    const world = cascade({ resilience: { retry_attempts: 3, circuit_breaker_threshold: 0 } });
    for (const provider of [world.a, world.b, world.c]) {
      provider.atOnce((attempt) => {
        attempt.error = new OrchestratorError('provider_rate_limited', 'later');
      });
    }
    world.burst(1000);
    for (let i = 0; i < 50; i++) {
      world.clock.advance(1000);
      await happen();
    }
    const { totals, providers } = world.engine.snapshot();
    const calls = Object.values(providers).reduce((sum, provider) => sum + provider.calls, 0);
    expect(totals.failed + totals.shed).toBe(1000);
    expect(calls).toBeLessThanOrEqual(1.2 * totals.failed);
  });

  test('a request that is taken back ends there', async () => {
    const world = cascade();
    const sent = world.send('go');
    world.a.call('go').fail();
    await happen();
    sent.cancel();
    await happen();
    expect(sent.status).toBe('cancelled');
    expect(world.b.call('go').aborted).toBe(true);
    world.b.call('go').fail();
    await happen();
    expect(world.c.calls).toEqual([]);
  });
});

describe('who is skipped', () => {
  test('one whose breaker is open, without an attempt', async () => {
    const world = cascade();
    world.engine.breakers.trip('a', 'maintenance');
    const sent = world.send('go', {});
    world.b.call('go').answer('ok');
    await happen();
    expect(sent.outcomes).toMatchObject([{ provider: 'b', attempts: 1 }]);
    expect(world.engine.explain('go')!.choices[0]!.candidates[0]).toEqual({
      name: 'a',
      verdict: 'out',
      reason: 'breaker is open (maintenance)',
    });
  });

  test('one whose places are taken, and it waits there when all are', async () => {
    const places = { kind: 'echo', max_concurrent: 1 };
    const world = cascade({ keys: { a: places, b: places, c: places } });
    const sent = ['1', '2', '3', '4'].map((text) => world.send(text));
    expect([world.a, world.b, world.c].map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
    world.a.call('1').answer('ok');
    await happen();
    world.a.call('4').answer('ok');
    await happen();
    expect(sent.map(({ status }) => status)).toEqual(['completed', 'waiting', 'waiting', 'completed']);
  });

  test('one whose rate is used up', () => {
    const world = cascade({ keys: { a: { kind: 'echo', max_rps: 1 } } });
    world.burst(3);
    expect([world.a, world.b].map(({ calls }) => calls.length)).toEqual([1, 2]);
    world.clock.advance(1000);
    world.burst(1, 'later');
    expect(world.a.calls).toHaveLength(2);
  });

  test('one that asked to be left alone, until then', async () => {
    const world = cascade();
    world.send('first');
    world.a.call('first').fail(new OrchestratorError('provider_rate_limited', 'later', { retryAfterMs: 5000 }));
    await happen();
    world.send('second');
    expect(world.a.calls).toHaveLength(1);
    world.clock.advance(5001);
    world.send('third');
    expect(world.a.calls).toHaveLength(2);
  });

  test('three failures make one unhealthy; it is tried again after ten seconds, by one request, and a success heals it', async () => {
    const world = cascade({ resilience: { circuit_breaker_threshold: 0 } });
    const failing = async (text: string) => {
      world.send(text);
      world.a.call(text).fail();
      await happen();
      world.b.call(text).answer('ok');
      await happen();
    };
    for (const text of ['1', '2', '3']) await failing(text);
    world.send('4');
    expect(world.a.calls).toHaveLength(3);
    world.clock.advance(10_000);
    world.send('trial');
    world.send('beside it');
    expect(world.a.calls).toHaveLength(4);
    world.a.call('trial').answer('ok');
    await happen();
    world.send('again');
    expect(world.a.calls).toHaveLength(5);
    expect(world.engine.snapshot().providers['a']!.health).toMatchObject({ state: 'healthy', consecutive_failures: 0 });
  });
});

describe('when nobody is left', () => {
  const tripAll = ({ engine }: ReturnType<typeof cascade>) => {
    for (const name of ['b', 'c']) engine.breakers.trip(name);
  };
  /** Opens the breaker of a for a minute, by failures. */
  const breakA = async (world: ReturnType<typeof cascade>) => {
    world.send('breaks');
    world.a.call('breaks').fail();
    await happen();
  };
  const options = { resilience: { circuit_breaker_threshold: 1, retry_attempts: 1 } };

  test('the error names everybody, and who is back first', async () => {
    const world = cascade(options);
    tripAll(world);
    await breakA(world);
    world.clock.advance(20_000);
    const sent = world.send('go', {});
    expect(sent.outcomes).toMatchObject([
      { status: 'failed', attempts: 0, error: { code: 'no_provider_available', retryAfterMs: 40_000 } },
    ]);
    expect(sent.outcomes[0]!.error!.message).toBe(
      'No provider can be asked (a: breaker is open (provider_failed); b: breaker is open (tripped by hand); c: breaker is open (tripped by hand)). The first to be tried again is a, in 40 s.',
    );
    expect(world.engine.snapshot().routing).toMatchObject({ unserved: 1 });
  });

  test('wait_for_recovery waits for that, within the deadline', async () => {
    const world = cascade({ ...options, timeoutMs: 120_000, routing: { wait_for_recovery: true } });
    tripAll(world);
    await breakA(world);
    const patient = world.send('patient', {});
    const hurried = world.send(prompt('hurried', { deadline_ms: 30_000 }));
    await happen();
    expect(patient.status).toBe('waiting');
    expect(hurried.outcomes).toMatchObject([{ error: { code: 'no_provider_available' } }]);
    world.clock.advance(60_000);
    await happen();
    world.a.call('patient').answer('ok');
    await happen();
    expect(patient.outcomes).toMatchObject([{ status: 'completed', provider: 'a' }]);
    expect(world.engine.explain('patient')!.times).toMatchObject({ waiting_ms: 60_000, asking_ms: 0 });
  });

  test('a request that waits for a recovery can be taken back, and leaves no timer', async () => {
    const world = cascade({ ...options, timeoutMs: 120_000, routing: { wait_for_recovery: true } });
    tripAll(world);
    await breakA(world);
    const before = world.clock.waiting;
    const sent = world.send('go');
    expect(world.clock.waiting).toBeGreaterThan(before);
    sent.cancel();
    await happen();
    expect(sent.status).toBe('cancelled');
    expect(world.clock.waiting).toBe(before);
  });

  test('a try that failed is followed by another once its provider has recovered, also when it stands alone', async () => {
    const provider = scriptedProvider('a');
    const world = testEngine({
      provider,
      resilience: { circuit_breaker_threshold: 1, retry_attempts: 2 },
      timeoutMs: 120_000,
      configure: (config) => Object.assign(config.routing, { wait_for_recovery: true }),
    });
    const sent = world.send('go');
    provider.call('go').fail();
    await happen();
    world.clock.advance(59_999);
    await happen();
    expect(provider.calls).toHaveLength(1);
    world.clock.advance(1);
    await happen();
    provider.calls[1]!.answer('here again');
    await happen();
    expect(sent.outcomes).toMatchObject([{ status: 'completed', text: 'here again', attempts: 2 }]);
    expect(world.engine.snapshot().routing).toMatchObject({ waited: 1, unserved: 0 });
  });

  test('it waits no longer than a try may take, and can be taken back meanwhile', async () => {
    const provider = scriptedProvider('a');
    const world = testEngine({
      provider,
      resilience: { circuit_breaker_threshold: 1 },
      timeoutMs: 30_000,
      configure: (config) => Object.assign(config.routing, { wait_for_recovery: true }),
    });
    const sent = world.send('go');
    provider.call('go').fail();
    await happen();
    // It would be a minute.
    expect(sent.outcomes).toMatchObject([{ status: 'failed', error: { code: 'provider_failed' }, attempts: 1 }]);
    world.clock.advance(40_000);
    const before = world.clock.waiting;
    const patient = world.send('patient');
    await happen();
    expect(patient.status).toBe('waiting');
    patient.cancel();
    await happen();
    expect(patient.status).toBe('cancelled');
    expect(world.clock.waiting).toBe(before);
  });
});

test('another policy is taken over while the engine runs; what is known of providers stays known', async () => {
  const world = cascade({ resilience: { circuit_breaker_threshold: 0 } });
  for (const text of ['1', '2', '3']) {
    world.send(text);
    world.a.call(text).fail();
    await happen();
    world.b.call(text).answer('ok');
    await happen();
  }
  const config = structuredClone(defaultConfig()) as Mutable<Config>;
  config.routing.policy = 'round_robin';
  world.engine.apply(config);
  world.burst(4, 'after');
  expect([world.a, world.b, world.c].map(({ calls }) => calls.length)).toEqual([3, 5, 2]);
  world.clock.advance(100);
  expect(world.engine.snapshot().routing).toMatchObject({ policy: 'round_robin', routed: 7 });
  expect(world.engine.explain('1')).toMatchObject({ policy: 'cascade' });
});
