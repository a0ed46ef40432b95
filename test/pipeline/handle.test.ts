import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SubmitOptions } from '../../src/core/job.ts';
import type { Handle } from '../../src/pipeline/handle.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../support/test-engine.ts';

const submit = ({ engine }: World, text: string, options?: SubmitOptions): Handle =>
  engine.submit(prompt(text), options);

/** Reads a handle to its end on the side. */
function reader(handle: Handle) {
  const reading = { pieces: [] as string[], ended: false };
  void (async () => {
    for await (const piece of handle) reading.pieces.push(piece);
    reading.ended = true;
  })();
  return reading;
}

describe('a handle that is awaited', () => {
  test('gives the outcome, as often as it is asked', async () => {
    const world = testEngine();
    const handle = submit(world, 'go');
    const early = handle.then(({ text }) => text);
    world.provider.call('go').answer('done');
    expect(await early).toBe('done');
    expect(await handle).toMatchObject({ status: 'completed', text: 'done', source: 'model', provider: 'scripted' });
    expect(await handle).toBe(await handle);
  });

  test('has an outcome that was there before anybody asked', async () => {
    const world = testEngine();
    world.provider.atOnce((attempt) => attempt.emit('quick'));
    expect(await submit(world, 'go')).toMatchObject({ status: 'completed', text: 'quick' });
  });

  test('never rejects', async () => {
    const world = testEngine();
    const failed = submit(world, 'fails');
    world.provider.call('fails').reject(new Error('ECONNRESET'));
    expect(await failed).toMatchObject({ status: 'failed', error: { message: 'ECONNRESET' } });
    const cancelled = submit(world, 'cancelled');
    cancelled.cancel();
    expect(await cancelled).toMatchObject({ status: 'cancelled' });
  });
});

describe('a handle that is read', () => {
  test('gives the pieces as they arrive, and ends with the request', async () => {
    const world = testEngine();
    const reading = reader(submit(world, 'go'));
    const call = world.provider.call('go');
    await happen();
    call.stream('a');
    await happen();
    expect(reading).toEqual({ pieces: ['a'], ended: false });
    call.stream('b', 'c');
    await happen();
    call.settle();
    await happen();
    expect(reading.pieces.join('|')).toBe('a|bc');
    expect(reading.ended).toBe(true);
  });

  test('late, gives the text from the start', async () => {
    const world = testEngine();
    const handle = submit(world, 'go');
    const call = world.provider.call('go').stream('from ', 'the ');
    const midway = reader(handle);
    await happen();
    call.answer('start');
    await happen();
    const after = reader(handle);
    await happen();
    for (const reading of [midway, after]) {
      expect(reading.pieces.join('')).toBe('from the start');
      expect(reading.ended).toBe(true);
    }
    expect(after.pieces).toHaveLength(1);
  });

  test('by several at once, gives everybody everything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.constant(null)), { maxLength: 20 }), async (script) => {
        const world = testEngine();
        const handle = submit(world, 'go');
        const readings = [reader(handle)];
        for (const step of script) {
          if (step === null) readings.push(reader(handle));
          else world.provider.call('go').stream(step);
          if ((step?.length ?? 0) % 2 === 0) await happen();
        }
        world.provider.call('go').settle();
        const { text } = await handle;
        await happen();
        expect(text).toBe(script.join(''));
        for (const reading of readings) expect(reading).toEqual({ pieces: reading.pieces, ended: true });
        for (const reading of readings) expect(reading.pieces.join('')).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test('by one who leaves, goes on for the others', async () => {
    const world = testEngine();
    const handle = submit(world, 'go');
    const stays = reader(handle);
    const call = world.provider.call('go').stream('a');
    for await (const piece of handle) {
      expect(piece).toBe('a');
      break;
    }
    call.stream('b');
    await happen();
    call.settle();
    expect(await handle).toMatchObject({ status: 'completed', text: 'ab' });
    await happen();
    expect(stays).toEqual({ pieces: ['a', 'b'], ended: true });
  });

  test('ends when the request is cancelled, with what had arrived', async () => {
    const world = testEngine();
    const handle = submit(world, 'go');
    const reading = reader(handle);
    const call = world.provider.call('go').stream('half');
    handle.cancel();
    call.answer(' too late');
    await happen();
    expect(reading).toEqual({ pieces: ['half'], ended: true });
    expect(await handle).toMatchObject({ status: 'cancelled', text: 'half' });
  });

  test('ends only once the outcome was written down', async () => {
    const world = testEngine();
    const { promise, resolve } = Promise.withResolvers<void>();
    const handle = submit(world, 'go', { record: () => promise });
    const reading = reader(handle);
    world.provider.call('go').answer('done');
    await happen();
    expect(reading).toEqual({ pieces: ['done'], ended: false });
    resolve();
    await happen();
    expect(reading.ended).toBe(true);
  });
});
