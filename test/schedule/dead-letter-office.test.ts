import { describe, expect, test } from 'vitest';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { SubmitOptions } from '../../src/core/job.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Statement } from '../../src/core/statement.ts';
import type { Storage } from '../../src/storage/contract.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

/** A store whose every write waits until the test resolves or rejects it. */
function scriptedStorage(durable = true) {
  const writes: { readonly statements: readonly Statement[]; resolve(): void; reject(thrown: Error): void }[] = [];
  const storage: Storage = {
    location: 'scripted',
    durable,
    stats: { pending: 0, commits: 0, writes: 0, failures: 0 },
    write: (statements) =>
      new Promise((resolve, reject) => writes.push({ statements, resolve: () => resolve([]), reject })),
    append: (row) => storage.write([row]).then(() => undefined),
    read: async () => [],
    close: async () => undefined,
  };
  return { storage, writes };
}

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
    expect(engine.snapshot().log).toMatchObject([
      { event: 'storage failed', fields: { request: one.request.id, message: 'disk full' } },
    ]);
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

  test('letters of earlier processes count, too, and however many there are now', () => {
    const { engine, clock } = testEngine({ storage: scriptedStorage().storage });
    engine.deadLettersCounted(7);
    clock.advance(100);
    expect(engine.snapshot().dead_letters).toMatchObject({ stored: 7, depth: 0 });
  });

  test('of a process that has no name there, letters are sent again without a claim', async () => {
    const { storage, writes } = scriptedStorage();
    const { send, provider, engine } = testEngine({ storage });
    send('one');
    provider.call('one').fail(new OrchestratorError('provider_failed', 'overloaded'));
    await happen();
    writes[0]!.resolve();
    await happen();
    engine.replayDeadLetters();
    await happen();
    expect(writes).toHaveLength(1);
    expect(provider.open.map((call) => call.prompt)).toEqual(['one']);
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

test('a store in memory is no lasting one: what is told of letters is what the engine has', async () => {
  const { storage, writes } = scriptedStorage(false);
  const { send, engine, clock } = testEngine({ storage });
  const { written, options } = recording(async () => undefined);
  const heard: DeadLetter[] = [];
  engine.events.on('pipeline.dead_lettered', ({ letter }) => heard.push(letter));
  send(prompt('one', { deadline_ms: 0 }));
  send(prompt('two', { deadline_ms: 0 }), options);
  await happen();
  expect(writes).toEqual([]);
  expect(written).toMatchObject([{ along: [] }]);
  clock.advance(100);
  expect(engine.snapshot().dead_letters).toMatchObject({ depth: 2, stored: 2, by_reason: { expired: 2, failed: 0 } });
  expect(heard.map(({ request }) => request.id)).toEqual(['one', 'two']);
  engine.deadLetters.remove(heard[0]!);
  clock.advance(100);
  expect(engine.snapshot().dead_letters).toMatchObject({ depth: 1, stored: 1, by_reason: { expired: 2 } });
});
