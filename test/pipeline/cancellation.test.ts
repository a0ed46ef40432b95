import { describe, expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

/** Listeners that were put on a signal and not taken off again. */
function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    count++;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    count--;
    removeEventListener.apply(signal, given);
  };
  return () => count;
}

describe('a request that is taken back', () => {
  test('while it waits, leaves its queue and makes room at once', () => {
    const { burst, send, provider, engine } = testEngine({ workers: 1, capacity: 1 });
    const sent = burst(4);
    sent[2]!.cancel();
    expect(sent.map((one) => one.status)).toEqual(['waiting', 'waiting', 'cancelled', 'waiting']);
    expect(send('in its place').status).toBe('waiting');
    expect(provider.calls).toHaveLength(1);
    expect(engine.deadLetters.total).toBe(0);
  });

  test('while it waits, is timed all the same', () => {
    const { burst, clock } = testEngine({ workers: 1 });
    const [, waits] = burst(2);
    clock.advance(70);
    waits!.cancel();
    expect(waits!.job.timing).toEqual({ totalMs: 70, queuedMs: 70 });
  });

  test('in flight, is told at once; its provider too, and its slot stays taken until the work has ended', async () => {
    const { burst, provider } = testEngine({ workers: 1 });
    const [first, second] = burst(2);
    const call = provider.call('r0').stream('so ');
    const { signal } = call.attempt;
    first!.cancel();
    expect(first!.outcomes).toMatchObject([{ status: 'cancelled', text: 'so ', error: { code: 'cancelled' } }]);
    expect(signal.aborted).toBe(true);
    expect(provider.calls).toHaveLength(1);
    call.settle();
    await happen();
    expect(provider.open.map(({ prompt }) => prompt)).toEqual(['r1']);
    expect(second!.status).toBe('waiting');
  });

  test('ends once: whatever the provider does then changes nothing', async () => {
    const { send, provider, clock } = testEngine({ timeoutMs: 1000 });
    const deeds: Record<string, (call: ReturnType<typeof provider.call>) => void> = {
      answers: (call) => call.answer('too late'),
      fails: (call) => call.fail(),
      rejects: (call) => call.reject(new Error('aborted')),
      streams: (call) => call.stream('still here').settle(),
      'never ends': () => undefined,
    };
    for (const name of Object.keys(deeds)) {
      const one = send(name);
      one.cancel();
      deeds[name]!(provider.call(name));
      await happen();
      clock.advance(2000);
      await happen();
      expect(one.outcomes).toHaveLength(1);
      expect(one.outcomes[0]).toMatchObject({ status: 'cancelled', text: '', error: { code: 'cancelled' } });
      expect(one.streamed).toBe('');
    }
    // The one that never ends was given up after its time.
    expect(send('next').job.stage).toBe(2);
  });

  test('after its end, does not notice', async () => {
    const { send, provider } = testEngine();
    const one = send('one');
    provider.call('one').answer('done');
    await happen();
    one.cancel();
    expect(one.outcomes).toMatchObject([{ status: 'completed' }]);
  });

  test('twice, ends once', () => {
    const { send } = testEngine();
    const one = send('one');
    one.cancel();
    one.cancel();
    expect(one.outcomes).toHaveLength(1);
  });
});

describe('a signal', () => {
  test('takes the request back when it aborts', () => {
    const { send, provider } = testEngine();
    const controller = new AbortController();
    const one = send('one', { signal: controller.signal });
    expect(one.status).toBe('waiting');
    controller.abort();
    expect(one.status).toBe('cancelled');
    expect(provider.call('one').aborted).toBe(true);
  });

  test('that has aborted already cancels before anything is done', () => {
    const { send, provider } = testEngine();
    expect(send('one', { signal: AbortSignal.abort() }).outcomes).toMatchObject([{ status: 'cancelled', attempts: 0 }]);
    expect(provider.calls).toEqual([]);
  });

  test('that aborts inside a hook stops the request there', () => {
    const { send, provider, engine } = testEngine();
    const controller = new AbortController();
    engine.hook('before:assemble', { name: 'abort', run: () => controller.abort() });
    expect(send('one', { signal: controller.signal }).status).toBe('cancelled');
    expect(provider.calls).toEqual([]);
  });

  test.each(['answered', 'failed', 'cancelled', 'expired', 'refused'])(
    'is let go when the request was %s',
    async (how) => {
      const { send, burst, provider, clock } = testEngine({ workers: 1, capacity: 1 });
      if (how === 'refused') burst(4);
      const controller = new AbortController();
      const listeners = countListeners(controller.signal);
      const one = send(prompt('one', { deadline_ms: 50 }), { signal: controller.signal });
      if (how === 'answered') provider.call('one').answer('ok');
      if (how === 'failed') provider.call('one').fail(new OrchestratorError('provider_failed', 'no'));
      if (how === 'cancelled') one.cancel();
      if (how === 'expired') clock.advance(100);
      await happen();
      expect(one.status).not.toBe('waiting');
      expect(listeners()).toBe(0);
    },
  );
});
