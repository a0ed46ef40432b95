import { describe, expect, test } from 'vitest';
import { OrchestratorError } from '../../../../src/core/errors.ts';
import { prompt } from '../../../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../../../support/test-engine.ts';

const RETRIES = { resilience: { retry_attempts: 3, circuit_breaker_threshold: 0 } };

const picture = ({ engine, clock }: World) => {
  clock.advance(100);
  return engine.snapshot().providers['scripted']!;
};

/** Lets the wait before the next attempt pass. */
async function wait(world: World, ms = 1000): Promise<void> {
  await happen();
  world.clock.advance(ms);
  await happen();
}

test('a failed call is tried again after a wait, and its answer is that of the attempt that succeeded', async () => {
  const world = testEngine(RETRIES);
  const sent = world.send('go');
  Object.assign(world.provider.call('go').attempt, { model: 'first', inputTokens: 1 });
  world.provider.call('go').fail();
  await happen();
  expect(world.provider.calls).toHaveLength(1);
  await wait(world);
  const second = world.provider.call('go');
  Object.assign(second.attempt, { model: 'second', inputTokens: 7, outputTokens: 2 });
  second.answer('the ', 'answer');
  await happen();
  expect(sent.outcomes).toMatchObject([
    {
      ...{ status: 'completed', text: 'the answer', attempts: 2, model: 'second', finishReason: 'stop', error: null },
      usage: { input_tokens: 7, output_tokens: 2, estimated: false },
    },
  ]);
  expect(sent.streamed).toBe('the answer');
  expect(picture(world)).toMatchObject({ calls: 2, ok: 1, retries: 1, errors: { provider_failed: 1 }, in_flight: 0 });
});

test('a call that fails at once is tried again, too', async () => {
  const world = testEngine(RETRIES);
  let calls = 0;
  world.provider.atOnce((attempt) => {
    if (++calls < 3) attempt.error = new OrchestratorError('provider_unavailable', 'down');
    else attempt.emit('up');
  });
  const sent = world.send('go');
  await wait(world);
  await wait(world);
  expect(sent.outcomes).toMatchObject([{ status: 'completed', text: 'up', attempts: 3 }]);
});

test('answers, whichever way they come, allow more retries; failures alone run out of them', async () => {
  const world = testEngine({ resilience: { retry_attempts: 2, retry_base_ms: 0, circuit_breaker_threshold: 0 } });
  const { provider, send } = world;
  const attemptsOf = async (id: string, ...ends: readonly ('fail' | 'answer')[]): Promise<number> => {
    const sent = send(id);
    for (const end of ends) {
      if (sent.outcomes.length === 0) provider.call(id)[end]();
      await wait(world, 1);
    }
    return sent.outcomes[0]!.attempts;
  };
  let tries = 0;
  while ((await attemptsOf(`fails ${tries}`, 'fail', 'fail')) === 2) tries++;
  // Ten to begin with, and a tenth for each of them that has ended.
  expect(tries).toBe(11);
  for (const at of [1, 2]) await attemptsOf(`answers ${at}`, 'answer');
  expect(await attemptsOf('once more', 'fail', 'answer')).toBe(2);
  // Half a retry for each answer: two of them, and that of the retry, have brought one more.
  expect(await attemptsOf('and again', 'fail', 'fail')).toBe(2);
  expect(await attemptsOf('no more', 'fail', 'fail')).toBe(1);
});

test('after the last attempt the last error stands', async () => {
  const world = testEngine(RETRIES);
  const sent = world.send('go');
  for (const message of ['one', 'two', 'three']) {
    world.provider.call('go').fail(new OrchestratorError('provider_failed', message));
    await wait(world);
  }
  expect(sent.outcomes).toMatchObject([{ status: 'failed', attempts: 3, error: { message: 'three' } }]);
  expect(world.provider.calls).toHaveLength(3);
});

test('nothing is tried again after its first token', async () => {
  const world = testEngine(RETRIES);
  const sent = world.send('go');
  world.provider.call('go').stream('half').fail();
  await wait(world);
  expect(sent.outcomes).toMatchObject([{ status: 'failed', attempts: 1, text: 'half' }]);
});

test('nor is a later attempt', async () => {
  const world = testEngine(RETRIES);
  const sent = world.send('go');
  world.provider.call('go').fail();
  await wait(world);
  world.provider.call('go').stream('half').fail();
  await wait(world);
  expect(sent.outcomes).toMatchObject([{ status: 'failed', attempts: 2, text: 'half' }]);
  expect(sent.streamed).toBe('half');
});

test('an attempt that took too long is aborted and tried again; what it still says gets nowhere', async () => {
  const world = testEngine({ ...RETRIES, timeoutMs: 1000 });
  const sent = world.send('go');
  const slow = world.provider.call('go');
  slow.attempt.signal.addEventListener('abort', () => {
    slow.attempt.error = new OrchestratorError('request_rejected', 'last words');
  });
  await wait(world, 1020);
  expect(slow.aborted).toBe(true);
  await wait(world);
  const second = world.provider.call('go');
  expect(second).not.toBe(slow);
  slow.stream('too late');
  slow.attempt.error = new OrchestratorError('request_rejected', 'later words');
  slow.settle();
  second.answer('in time');
  await happen();
  expect(sent.outcomes).toMatchObject([{ status: 'completed', text: 'in time', attempts: 2, error: null }]);
  expect(second.attempt.signal.aborted).toBe(false);
});

test('an answer stands, whatever an attempt that was given up still says', async () => {
  const world = testEngine({ ...RETRIES, timeoutMs: 1000 });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  world.engine.hook('before:post_process', { name: 'wait', run: () => promise });
  const sent = world.send('go');
  const slow = world.provider.call('go');
  await wait(world, 1020);
  await wait(world);
  world.provider.call('go').answer('in time');
  await happen();
  slow.attempt.error = new OrchestratorError('request_rejected', 'too late');
  resolve(undefined);
  await happen();
  expect(sent.outcomes).toMatchObject([{ status: 'completed', text: 'in time', error: null }]);
});

test('when the breaker has opened during the wait, the provider’s own error stands', async () => {
  const world = testEngine({ resilience: { retry_attempts: 3, circuit_breaker_threshold: 2 } });
  const [first, second] = world.burst(2);
  world.provider.call('r0').fail();
  await happen();
  world.provider.call('r1').fail();
  await wait(world);
  expect(world.provider.calls).toHaveLength(2);
  for (const { outcomes } of [first!, second!])
    expect(outcomes).toMatchObject([{ status: 'failed', attempts: 1, error: { code: 'provider_failed' } }]);
});

test('a later attempt that took too long is given up, as the first one was', async () => {
  const world = testEngine({ ...RETRIES, timeoutMs: 1000 });
  const sent = world.send('go');
  for (let i = 0; i < 3; i++) {
    await wait(world, 1020);
    expect(world.provider.call('go').aborted).toBe(true);
    await wait(world);
  }
  expect(sent.outcomes).toMatchObject([{ status: 'failed', attempts: 3, error: { code: 'provider_timeout' } }]);
  expect(picture(world)).toMatchObject({ calls: 3, errors: { provider_timeout: 3 }, in_flight: 0 });
});

describe('a caller that leaves', () => {
  test('while it waits for the next attempt ends the wait', async () => {
    const world = testEngine({ ...RETRIES, workers: 1 });
    const sent = world.send('go');
    world.send('next');
    world.provider.call('go').fail();
    await happen();
    const timers = world.clock.waiting;
    sent.cancel();
    await happen();
    expect(sent.outcomes).toMatchObject([{ status: 'cancelled' }]);
    // The slot is free, and the timer of the wait is gone; the time-out of the next call has come.
    expect(world.provider.calls.map((call) => call.prompt)).toEqual(['go', 'next']);
    expect(world.clock.waiting).toBe(timers);
  });

  test('while a later attempt runs aborts that, and is not the provider’s failure', async () => {
    const world = testEngine(RETRIES);
    const sent = world.send('go');
    world.provider.call('go').fail();
    await wait(world);
    const second = world.provider.call('go');
    sent.cancel();
    expect(second.aborted).toBe(true);
    second.settle();
    await happen();
    expect(sent.outcomes).toMatchObject([{ status: 'cancelled', attempts: 2 }]);
    expect(picture(world)).toMatchObject({ calls: 2, ok: 0, errors: { provider_failed: 1 } });
  });
});

test('a request expires at its deadline while it waits for another attempt that could still be in time', async () => {
  const world = testEngine({ resilience: { ...RETRIES.resilience, retry_base_ms: 1000 } });
  const sent = world.send(prompt('go', { deadline_ms: 3000 }));
  world.provider.call('go').fail();
  await wait(world, 1000);
  expect(world.provider.calls).toHaveLength(2);
  world.clock.advance(2020);
  await happen();
  expect(sent.outcomes).toMatchObject([{ status: 'expired', attempts: 2 }]);
});

test('a retry that the budget does not allow is not made, and counted', async () => {
  const world = testEngine({ resilience: { retry_attempts: 100, circuit_breaker_threshold: 0, retry_max_ms: 100 } });
  world.provider.atOnce((attempt) => {
    attempt.error = new OrchestratorError('provider_unavailable', 'down');
  });
  const sent = world.send('go');
  for (let i = 0; i < 20; i++) await wait(world);
  expect(sent.outcomes).toMatchObject([{ status: 'failed', attempts: 11, error: { code: 'provider_unavailable' } }]);
  expect(picture(world)).toMatchObject({ retries: 10, rejected: { budget: 1 } });
});

test('an attempt that could not start in time, as the thread was busy, is not made', async () => {
  // Whatever was due first when the thread is free again: the end of the wait, or the look at the deadlines.
  for (let ms = 0; ms < 100; ms++) {
    const world = testEngine(RETRIES);
    const sent = world.send(prompt('go', { deadline_ms: 200 }));
    world.provider.call('go').fail();
    await wait(world, ms);
    const before = world.provider.calls.length;
    world.clock.work(300);
    for (let timer = 0; timer < 3; timer++) {
      world.clock.step();
      await happen();
    }
    expect(world.provider.calls).toHaveLength(before);
    await wait(world, 50);
    expect(sent.outcomes).toMatchObject([{ attempts: before }]);
  }
});
