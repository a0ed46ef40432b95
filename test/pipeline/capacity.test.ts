import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRIORITIES } from '../../src/core/priority.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, type Sent, testEngine, type World } from '../support/test-engine.ts';

const withStatus = (sent: readonly Sent[], status: Sent['status']) => sent.filter((one) => one.status === status);

/** Answers every open call again and again, until nobody waits. Returns the prompts in the order they were asked. */
async function answerAll({ provider }: World): Promise<string[]> {
  while (provider.open.length > 0) {
    for (const call of provider.open) call.answer(`re: ${call.prompt}`);
    await happen();
  }
  return provider.calls.map((call) => call.prompt);
}

describe('a burst into a provider that does not answer', () => {
  test('fills the workers and the queues upstream of them, and sheds the rest', async () => {
    const world = testEngine();
    const sent = world.burst(10_000);
    const accepted = 64 + 1024 + 512 + 512;
    expect(withStatus(sent, 'shed')).toHaveLength(10_000 - accepted);
    // First come, first in: who is shed came later than all who were accepted.
    expect(sent.slice(0, accepted).every((one) => one.status === 'waiting')).toBe(true);
    expect(world.provider.calls).toHaveLength(64);
    expect(world.engine.snapshot().totals).toMatchObject({ submitted: 10_000, shed: 7888, in_flight: accepted });
    await answerAll(world);
    expect(withStatus(sent, 'completed')).toHaveLength(accepted);
  });

  test('accepts exactly what the capacities say, whatever they are', async () => {
    const few = fc.integer({ min: 1, max: 6 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(few, few, few, few, few), fc.integer({ min: 1, max: 9 }), async (places, workers) => {
        const [rag, assemble, inference, post_process, stream] = places;
        const world = testEngine({ workers, capacity: { rag, assemble, inference, post_process, stream } });
        const sent = world.burst(60);
        // More at once than the next queue holds could never hand over.
        const atWork = Math.min(workers, post_process);
        expect(world.provider.calls).toHaveLength(atWork);
        expect(withStatus(sent, 'waiting')).toHaveLength(atWork + inference + assemble + rag);
        await answerAll(world);
        // Nobody is shed once the provider was asked for them.
        expect(withStatus(sent, 'completed')).toHaveLength(world.provider.calls.length);
        expect(withStatus(sent, 'waiting')).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('tells who is shed at once, and why', () => {
    const world = testEngine({ workers: 1, capacity: 1 });
    const sent = world.burst(5);
    expect(sent.map((one) => one.status)).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'shed']);
    expect(sent[4]!.outcomes[0]!.error).toMatchObject({ code: 'queue_full' });
    expect(sent[4]!.job.attempts).toBe(0);
  });

  test('sheds arrivals whatever their level', () => {
    const world = testEngine({ workers: 1, capacity: 1 });
    world.burst(4, 'low', { priority: 'low' });
    expect(world.send(prompt('urgent', { priority: 'critical' })).status).toBe('shed');
  });

  test('accepts again as soon as there is room', async () => {
    const world = testEngine({ workers: 1, capacity: 1 });
    const sent = world.burst(4);
    expect(world.send('too early').status).toBe('shed');
    world.provider.call('r0').answer('done');
    await happen();
    expect(sent[0]!.status).toBe('completed');
    expect(world.send('now').status).toBe('waiting');
    expect(world.send('too early again').status).toBe('shed');
  });
});

describe('a stage that holds its jobs', () => {
  // Jobs in it and in the queues from it back to inference: 2 + 2, and 16 + 2 + 2.
  test.each([
    ['post_process', 4],
    ['stream', 20],
  ] as const)('behind inference, %s holds inference back, and nothing is lost', async (stage, room) => {
    const world = testEngine({ workers: 2, capacity: 2 });
    world.provider.atOnce((attempt) => attempt.emit('paid for'));
    const waiting: (() => void)[] = [];
    world.engine.hook(`before:${stage}`, {
      name: 'gate',
      run: () => new Promise<undefined>((resolve) => void waiting.push(() => resolve(undefined))),
    });
    const sent = world.burst(50);
    const asked = () => world.engine.snapshot().providers['scripted']!.calls;
    expect(asked()).toBe(room);
    expect(withStatus(sent, 'shed').length).toBeGreaterThan(0);
    expect(withStatus(sent, 'shed').every((one) => one.job.attempts === 0)).toBe(true);
    while (waiting.length > 0) {
      for (const go of waiting.splice(0)) go();
      await happen();
    }
    expect(withStatus(sent, 'waiting')).toEqual([]);
    expect(withStatus(sent, 'completed').every((one) => one.job.attempts === 1)).toBe(true);
  });
});

test('a stage starts no more jobs than the next queue has places, those of its running jobs taken', async () => {
  const world = testEngine({ workers: 1, capacity: { inference: 2 } });
  const held: (() => void)[] = [];
  world.engine.hook('before:assemble', {
    name: 'gate',
    run: () => new Promise<undefined>((resolve) => void held.push(() => resolve(undefined))),
  });
  const letGo = async (): Promise<void> => {
    for (const go of held.splice(0)) go();
    await happen();
  };
  const counts = () => {
    world.clock.advance(100);
    const { assemble, inference } = world.engine.snapshot().stages;
    return [assemble.depth, assemble.busy, inference.depth, inference.busy];
  };
  world.burst(2);
  await letGo();
  expect(counts()).toEqual([0, 0, 1, 1]);
  world.burst(3);
  expect(counts()).toEqual([2, 1, 1, 1]);
  await letGo();
  expect(counts()).toEqual([2, 0, 2, 1]);
});

describe('the order', () => {
  test('inside a level is the order of arrival', async () => {
    const world = testEngine({ workers: 3, capacity: 20 });
    world.burst(40);
    expect(await answerAll(world)).toEqual(Array.from({ length: 40 }, (_, i) => `r${i}`));
  });

  test('between levels is urgency, from critical to low', async () => {
    const world = testEngine({ workers: 1 });
    world.send('first');
    for (const priority of PRIORITIES.toReversed()) world.burst(2, priority, { priority });
    expect(await answerAll(world)).toEqual([
      'first',
      ...['critical0', 'critical1', 'high0', 'high1', 'normal0', 'normal1', 'low0', 'low1'],
    ]);
  });

  test('a low request is served although urgent ones never stop coming', async () => {
    const world = testEngine({ workers: 1, capacity: 1000 });
    world.send('busy');
    const low = world.send(prompt('low', { priority: 'low' }));
    let urgent = 0;
    while (low.status === 'waiting') {
      expect(urgent).toBeLessThan(40);
      world.clock.advance(1000);
      world.burst(2, `urgent${urgent++}-`, { priority: 'critical' });
      for (const call of world.provider.open) call.answer('ok');
      await happen();
    }
    // Three levels of five seconds, and whoever had come by then.
    expect(urgent).toBeGreaterThan(15);
    expect(low.status).toBe('completed');
  });
});
