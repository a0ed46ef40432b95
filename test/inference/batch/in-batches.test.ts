import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../src/core/attempt.ts';
import { OrchestratorError } from '../../../src/core/errors.ts';
import { lastUserText } from '../../../src/core/request.ts';
import { MicroBatcher } from '../../../src/inference/batch/micro-batcher.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { prompt } from '../../support/scripted-provider.ts';
import { happen, testEngine } from '../../support/test-engine.ts';

describe('micro-batcher', () => {
  const batcher = (maxSize: number, maxWaitMs: number) => {
    const clock = new ManualClock();
    const flushed: (readonly string[])[] = [];
    return {
      clock,
      flushed,
      one: new MicroBatcher<string>({ maxSize, maxWaitMs }, clock, (items) => flushed.push(items)),
    };
  };

  test('a batch goes when it is full, or when its first has waited long enough', () => {
    const { clock, flushed, one } = batcher(3, 50);
    for (const item of ['a', 'b', 'c', 'd']) one.add('', item);
    expect(flushed).toEqual([['a', 'b', 'c']]);
    clock.advance(40);
    one.add('', 'e');
    clock.advance(10);
    expect(flushed).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    expect([one.waiting, clock.waiting]).toEqual([0, 0]);
  });

  test('what belongs apart stays apart; what is taken out does not go', () => {
    const { clock, flushed, one } = batcher(3, 50);
    one.add('x', 'x1');
    const leave = one.add('y', 'y1');
    one.add('x', 'x2');
    leave();
    leave();
    clock.advance(50);
    expect(flushed).toEqual([['x1', 'x2']]);
    leave();
    expect(clock.waiting).toBe(0);
  });

  test('every item goes exactly once, in its order, in batches that are not too large', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(30))),
        (size, steps) => {
          const { clock, flushed, one } = batcher(size, 20);
          for (const [i, [key, ms]] of steps.entries()) {
            one.add(key, `${key}${i}`);
            clock.advance(ms);
          }
          clock.advance(20);
          expect(flushed.flat().sort()).toEqual(steps.map(([key], i) => `${key}${i}`).sort());
          for (const batch of flushed) {
            expect(batch.length).toBeLessThanOrEqual(size);
            expect(new Set(batch.map((item) => item[0])).size).toBe(1);
          }
        },
      ),
    );
  });
});

interface Sent {
  readonly attempts: readonly Attempt[];
  readonly ended: (attempt: Attempt) => void;
  readonly end: (error: OrchestratorError | null) => void;
}

/** A provider that takes batches; the test answers them, and sees what was sent alone. */
function world(batch: object = {}) {
  const batches: Sent[] = [];
  const alone: Attempt[] = [];
  const provider: Provider = {
    name: 'gpu',
    kind: 'scripted',
    model: 'm',
    run(attempt) {
      alone.push(attempt);
      attempt.emit(`alone: ${lastUserText(attempt.messages)}`);
      return Promise.resolve();
    },
    batch: {
      prompt: ({ messages, tools }) => (tools.length > 0 ? null : lastUserText(messages)),
      run: (attempts, ended) => new Promise((end) => batches.push({ attempts, ended, end })),
    },
  };
  const engine = testEngine({
    provider,
    configure: (config) =>
      void Object.assign(config.batch, { enabled: true, max_batch_size: 3, group_by_prefix_len: 4, ...batch }),
  });
  return { ...engine, batches, alone };
}

const texts = ({ attempts }: Sent) => attempts.map(({ messages }) => lastUserText(messages));

describe('requests in batches', () => {
  test('those that begin alike and have the same parameters share one', async () => {
    const { send, clock, batches, alone } = world();
    send('abcd 1');
    send('zzzz 1');
    send('abcd 2');
    send(prompt('abcd 3', { parameters: { temperature: 1 } }));
    send(prompt('abcd 4', { model: 'other' }));
    send('abcd 5');
    expect(batches.map(texts)).toEqual([['abcd 1', 'abcd 2', 'abcd 5']]);
    clock.advance(50);
    await happen();
    expect(alone.map(({ messages }) => lastUserText(messages))).toEqual(['zzzz 1', 'abcd 3', 'abcd 4']);
  });

  test('each has its own answer and its own end', async () => {
    const { burst, batches } = world();
    const sent = burst(3, 'same ');
    const [{ attempts, ended, end }] = batches as [Sent];
    attempts[1]!.emit('second');
    ended(attempts[1]!);
    await happen();
    expect(sent.map(({ status }) => status)).toEqual(['waiting', 'completed', 'waiting']);
    attempts[0]!.emit('first');
    ended(attempts[0]!);
    end(new OrchestratorError('provider_incomplete', 'broke off'));
    await happen();
    expect(sent.map(({ outcomes }) => outcomes[0]!.error?.code ?? outcomes[0]!.text)).toEqual([
      'first',
      'second',
      'provider_incomplete',
    ]);
  });

  test('one that is taken back while it waits is not sent; later the others go on', async () => {
    const { burst, batches, clock } = world();
    const early = burst(2, 'same ');
    early[0]!.cancel();
    const third = burst(2, 'same x');
    expect(batches.map(texts)).toEqual([['same 1', 'same x0', 'same x1']]);
    third[0]!.cancel();
    const [{ attempts, ended, end }] = batches as [Sent];
    expect(attempts[1]!.signal.aborted).toBe(true);
    for (const attempt of attempts) {
      attempt.emit('ok');
      ended(attempt);
    }
    end(null);
    await happen();
    expect([early[1]!, third[1]!].map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(third[0]!.outcomes[0]!.text).toBe('');
    expect(clock.waiting).toBeLessThan(5);
  });

  test('a bad prompt fails for itself: a batch that is refused for what is in it is sent one by one', async () => {
    const { burst, batches, alone } = world();
    const sent = burst(3, 'same ');
    batches[0]!.end(new OrchestratorError('request_rejected', 'one of them is bad'));
    await happen();
    expect(alone).toHaveLength(3);
    expect(sent.map(({ outcomes }) => outcomes[0]!.text)).toEqual(['alone: same 0', 'alone: same 1', 'alone: same 2']);
  });

  test('what cannot be shared goes alone, at once', () => {
    const { send, alone, batches } = world();
    send(prompt('tools', { tools: [{ name: 'clock' }] }));
    expect([alone.length, batches.length]).toEqual([1, 0]);
  });
});
