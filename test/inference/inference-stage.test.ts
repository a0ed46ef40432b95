import { describe, expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../support/test-engine.ts';

const picture = ({ engine, clock }: World) => {
  clock.advance(100);
  return engine.snapshot().providers['scripted']!;
};

describe('what a provider is asked', () => {
  test('is the request, with the defaults that it leaves open', () => {
    const world = testEngine({ defaults: { max_tokens: 100, temperature: 0.5, model: 'm-default' } });
    world.send('plain');
    world.send(prompt('own', { model: 'm-own', parameters: { temperature: 0 }, tools: [{ name: 'clock' }] }));
    expect(world.provider.call('plain').attempt).toMatchObject({
      parameters: { max_tokens: 100, temperature: 0.5 },
      model: 'm-default',
      tools: [],
    });
    expect(world.provider.call('own').attempt).toMatchObject({
      parameters: { max_tokens: 100, temperature: 0 },
      model: 'm-own',
      tools: [{ name: 'clock' }],
    });
  });

  test('names the provider’s model when nobody else does', () => {
    const world = testEngine();
    world.send('go');
    expect(world.provider.call('go').attempt).toMatchObject({ model: 'scripted-1', parameters: {} });
  });

  test('may be named by the provider, as it may where there are several', () => {
    const world = testEngine();
    for (const model of ['scripted', 'scripted/m-2', 'scripted-3', 'other/m-4']) world.send(prompt(model, { model }));
    const models = world.provider.calls.map(({ attempt }) => attempt.model);
    expect(models).toEqual(['scripted-1', 'm-2', 'scripted-3', 'other/m-4']);
    const byDefault = testEngine({ defaults: { model: 'scripted/m-5' } });
    byDefault.send('go');
    expect(byDefault.provider.call('go').attempt.model).toBe('m-5');
  });

  test('however it is named, it is the same model to its rate limit', () => {
    const world = testEngine({ rates: { per_model: { 'm-2': 0 } } });
    const [limited, other] = ['scripted/m-2', 'scripted'].map((model) => world.send(prompt(model, { model })));
    expect(limited!.outcomes[0]!.error).toMatchObject({ param: 'rate_limits.per_model' });
    expect(other!.outcomes).toEqual([]);
  });
});

describe('what comes of a call', () => {
  test('is the answer, with what the provider counted', async () => {
    const { send, provider } = testEngine();
    const one = send('go');
    const call = provider.call('go');
    Object.assign(call.attempt, { inputTokens: 7, outputTokens: 3, model: 'scripted-1-0423' });
    call.answer('one ', 'two');
    await happen();
    expect(one.outcomes).toMatchObject([
      {
        status: 'completed',
        text: 'one two',
        provider: 'scripted',
        model: 'scripted-1-0423',
        finishReason: 'stop',
        attempts: 1,
        usage: { input_tokens: 7, output_tokens: 3, estimated: false },
      },
    ]);
  });

  test('is estimated where the provider did not count', async () => {
    const { send, provider } = testEngine();
    const one = send('12345678');
    provider.call('12345678').answer('12345');
    await happen();
    expect(one.outcomes[0]!.usage).toEqual({ input_tokens: 2, output_tokens: 2, estimated: true });
  });

  test('is a failure with what had arrived', async () => {
    const { send, provider } = testEngine();
    const one = send('go');
    provider.call('go').stream('half').fail(new OrchestratorError('provider_failed', 'overloaded'));
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'failed', text: 'half', error: { code: 'provider_failed' } }]);
    expect(one.streamed).toBe('half');
  });

  test.each([
    ['rejects', (world: World) => world.provider.call('go').reject(new TypeError('socket hang up'))],
    ['rejects with nothing', (world: World) => world.provider.call('go').reject(undefined)],
  ])('is a failure of the provider when it %s', async (_how, fail) => {
    const world = testEngine({ workers: 1 });
    const one = world.send('go');
    fail(world);
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'failed', error: { code: 'provider_failed' } }]);
    expect(picture(world)).toMatchObject({ calls: 1, ok: 0, errors: { provider_failed: 1 }, in_flight: 0 });
    world.send('next');
    expect(world.provider.call('next').settled).toBe(false);
  });

  test('is a failure of the provider when it throws', () => {
    const world = testEngine();
    world.provider.atOnce((attempt) => {
      attempt.emit('half');
      throw new Error('no such model');
    });
    expect(world.send('go').outcomes).toMatchObject([
      { status: 'failed', text: 'half', error: { code: 'provider_failed', message: 'no such model' } },
    ]);
    expect(picture(world)).toMatchObject({ calls: 1, ok: 0, errors: { provider_failed: 1 } });
  });
});

describe('a call that takes too long', () => {
  test('is given up: the request fails, the provider is told, the slot is free', async () => {
    const world = testEngine({ workers: 1, timeoutMs: 1000 });
    const one = world.send('hangs');
    const next = world.send('next');
    const call = world.provider.call('hangs').stream('half');
    world.clock.advance(999);
    await happen();
    expect(one.status).toBe('waiting');
    world.clock.advance(20);
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'failed', text: 'half', error: { code: 'provider_timeout' } }]);
    expect(call.aborted).toBe(true);
    expect(world.provider.call('next')).toBeDefined();
    expect(next.status).toBe('waiting');
    expect(picture(world)).toMatchObject({ calls: 2, in_flight: 1, errors: { provider_timeout: 1 } });
  });

  test('has no say any more, whatever it does when it hears of it', async () => {
    const { send, provider, clock } = testEngine({ timeoutMs: 1000 });
    const one = send('hangs');
    const { attempt } = provider.call('hangs');
    // What a provider does with its signal: it stops, and reports that it was stopped.
    attempt.signal.addEventListener('abort', () => {
      expect(attempt.wanted).toBe(false);
      attempt.emit('last words');
      attempt.error = new OrchestratorError('cancelled', 'aborted');
      provider.call('hangs').settle();
    });
    void provider.call('hangs').promise.then(() => {
      attempt.error = new OrchestratorError('cancelled', 'aborted');
    });
    clock.advance(1020);
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'failed', text: '', error: { code: 'provider_timeout' } }]);
    expect(one.streamed).toBe('');
  });

  test('is not counted against the provider when its caller had left', async () => {
    const world = testEngine({ workers: 1, timeoutMs: 1000 });
    world.send('hangs').cancel();
    const next = world.send('next');
    world.clock.advance(1020);
    await happen();
    expect(next.status).toBe('waiting');
    expect(picture(world)).toMatchObject({ calls: 2, ok: 0, errors: {}, in_flight: 1, p50_ms: 0 });
  });

  test('leaves no timer behind when it ends in time', async () => {
    const { send, provider, clock } = testEngine();
    const before = clock.waiting;
    send('go');
    expect(clock.waiting).toBe(before + 1);
    provider.call('go').answer('ok');
    await happen();
    expect(clock.waiting).toBe(before);
  });
});

test('text that comes after the provider has settled is not part of the answer', async () => {
  const { send, provider, engine } = testEngine();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  engine.hook('before:post_process', { name: 'wait', run: () => promise });
  const one = send('go');
  const call = provider.call('go');
  call.answer('the answer');
  await happen();
  call.stream(', and more');
  resolve(undefined);
  await happen();
  expect(one.outcomes[0]!.text).toBe('the answer');
  expect(one.streamed).toBe('the answer');
});
