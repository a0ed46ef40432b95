import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { SubmitOptions } from '../../src/core/job.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Statement } from '../../src/core/statement.ts';
import { DeadLetterRing } from '../../src/pipeline/dead-letters.ts';
import type { Storage } from '../../src/storage/contract.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

/** A store whose every write waits until the test resolves or rejects it. */
function scriptedStorage() {
  const writes: { readonly statements: readonly Statement[]; resolve(): void; reject(thrown: Error): void }[] = [];
  const storage: Storage = {
    location: 'scripted',
    durable: true,
    stats: { pending: 0, commits: 0, writes: 0, failures: 0 },
    write: (statements) =>
      new Promise((resolve, reject) => writes.push({ statements, resolve: () => resolve([]), reject })),
    append: (row) => storage.write([row]).then(() => undefined),
    read: async () => [],
    close: async () => undefined,
  };
  return { storage, writes };
}

const whole: PromptRequest = {
  id: 'whole',
  messages: [
    { role: 'system', content: 'be brief' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'go' },
        { type: 'image', url: 'data:' },
      ],
    },
  ],
  model: 'm-1',
  parameters: { max_tokens: 5, temperature: 0 },
  tools: [{ name: 'clock', parameters: { type: 'object' } }],
  session: 's1',
  priority: 'high',
  deadline_ms: 50,
  metadata: { team: 'blue' },
  tenant: 't1',
};

describe('which requests leave a letter', () => {
  test('an answered one does not', async () => {
    const { send, provider, engine } = testEngine();
    send('go');
    provider.call('go').answer('ok');
    await happen();
    expect(engine.deadLetters.total).toBe(0);
  });

  test('a cancelled one does not', () => {
    const { send, engine } = testEngine();
    send('go').cancel();
    expect(engine.deadLetters.total).toBe(0);
  });

  test('one that expired, failed or was shed does, whole, with what ended it', async () => {
    const { send, burst, provider, clock, engine } = testEngine({ workers: 1, capacity: 1 });
    const heard: DeadLetter[] = [];
    engine.events.on('pipeline.dead_lettered', ({ letter }) => heard.push(letter));
    send(whole, { hops: 2 });
    burst(3);
    send('shed');
    clock.advance(100);
    provider.calls[0]!.settle();
    await happen();
    provider.call('r0').stream('half').fail(new OrchestratorError('provider_failed', 'overloaded'));
    await happen();
    expect(engine.deadLetters.list()).toEqual([
      expect.objectContaining({
        reason: 'shed',
        attempts: 0,
        hops: 0,
        error: expect.objectContaining({ code: 'queue_full' }),
      }),
      {
        request: whole,
        reason: 'expired',
        attempts: 1,
        hops: 2,
        at: expect.any(Number),
        error: { code: 'deadline_exceeded', message: expect.any(String) },
      },
      expect.objectContaining({
        reason: 'failed',
        attempts: 1,
        error: { code: 'provider_failed', message: 'overloaded' },
      }),
    ]);
    expect(heard).toEqual(engine.deadLetters.list());
    expect(engine.deadLetters.byReason).toEqual({ shed: 1, expired: 1, failed: 1, interrupted: 0 });
  });
});

test('the ring keeps the latest, oldest first, and counts all', () => {
  const letterOf = (n: number): DeadLetter => ({
    request: prompt(`r${n}`),
    reason: n % 2 === 0 ? 'shed' : 'failed',
    error: null,
    attempts: 0,
    hops: 0,
    at: n,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(128), (capacity, pushes) => {
      const ring = new DeadLetterRing(capacity);
      for (let n = 0; n < pushes; n++) ring.push(letterOf(n));
      const kept = Math.min(capacity, pushes);
      expect(ring.depth).toBe(kept);
      expect(ring.list().map(({ at }) => at)).toEqual(Array.from({ length: kept }, (_, i) => pushes - kept + i));
      expect(ring.total).toBe(pushes);
      expect(ring.byReason).toMatchObject({ shed: Math.ceil(pushes / 2), failed: Math.floor(pushes / 2) });
    }),
  );
});

/** Notes what the surface is asked to write down, and what it answers. */
function recording(answer: () => Promise<void>) {
  const written: { outcome: Outcome; along: readonly Statement[] }[] = [];
  const options: SubmitOptions = {
    record: (outcome, along) => {
      written.push({ outcome, along });
      return answer();
    },
  };
  return { written, options };
}

describe('an outcome that is to be written down', () => {
  test('is told once that has been done, and not before', async () => {
    const { send, provider, engine, clock } = testEngine();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { written, options } = recording(() => promise);
    const one = send(prompt('one', { deadline_ms: 100 }), options);
    provider.call('one').answer('done');
    await happen();
    expect(written).toMatchObject([{ outcome: { status: 'completed', text: 'done' }, along: [] }]);
    expect(one.status).toBe('waiting');
    // It has ended: neither its caller nor the clock can change that.
    one.cancel();
    clock.advance(1000);
    expect(engine.snapshot().totals).toMatchObject({ in_flight: 1, completed: 0 });
    resolve();
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'completed' }]);
  });

  test('frees its slot meanwhile', async () => {
    const { send, provider } = testEngine({ workers: 1 });
    send('one', recording(() => new Promise(() => undefined)).options);
    send('two');
    provider.call('one').answer('done');
    await happen();
    expect(provider.open.map((call) => call.prompt)).toEqual(['two']);
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('disk full'))],
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
  ])('is a failure when writing it %s, and leaves a letter', async (_how, answer) => {
    const { send, provider, engine } = testEngine();
    const one = send('one', recording(answer).options);
    provider.call('one').answer('done');
    await happen();
    expect(one.outcomes).toMatchObject([
      { status: 'failed', source: null, error: { code: 'storage_failed', message: 'disk full' } },
    ]);
    expect(engine.snapshot().totals).toMatchObject({ completed: 0, failed: 1, in_flight: 0 });
    expect(engine.deadLetters.list()).toMatchObject([{ reason: 'failed', error: { code: 'storage_failed' } }]);
    expect(engine.snapshot().log).toMatchObject([{ event: 'storage failed', fields: { message: 'disk full' } }]);
  });
});

describe('with a lasting store', () => {
  test('a dead letter is on disk before its caller hears', async () => {
    const { storage, writes } = scriptedStorage();
    const { send, engine, clock } = testEngine({ storage });
    const one = send(prompt('one', { deadline_ms: 0 }));
    expect(one.status).toBe('waiting');
    expect(writes).toMatchObject([{ statements: [{ sql: expect.stringContaining('INSERT INTO dead_letters') }] }]);
    writes[0]!.resolve();
    await happen();
    expect(one.status).toBe('expired');
    clock.advance(100);
    expect(engine.snapshot().dead_letters).toMatchObject({ stored: 1, depth: 1 });
  });

  test('a store that fails is told of', async () => {
    const { storage, writes } = scriptedStorage();
    const { send, engine } = testEngine({ storage });
    const one = send(prompt('one', { deadline_ms: 0 }));
    writes[0]!.reject(new OrchestratorError('storage_failed', 'no space'));
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'failed', error: { code: 'storage_failed', message: 'no space' } }]);
    expect(engine.deadLetters.list()).toMatchObject([{ reason: 'expired' }]);
    expect(engine.snapshot().dead_letters.stored).toBe(0);
  });

  test('the surface writes its outcome and the letter in one', async () => {
    const { storage, writes } = scriptedStorage();
    const { send } = testEngine({ storage });
    const { written, options } = recording(async () => undefined);
    send(prompt('one', { deadline_ms: 0 }), options);
    await happen();
    expect(writes).toEqual([]);
    expect(written).toMatchObject([
      { outcome: { status: 'expired' }, along: [{ sql: expect.stringContaining('INSERT INTO dead_letters') }] },
    ]);
  });

  test('an answered request without a record writes nothing', async () => {
    const { storage, writes } = scriptedStorage();
    const { send, provider } = testEngine({ storage });
    const one = send('one', {});
    provider.call('one').answer('ok');
    await happen();
    expect([one.status, writes.length]).toEqual(['completed', 0]);
  });
});
