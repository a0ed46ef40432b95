import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

const within = (text: string, deadline_ms: number) => prompt(text, { deadline_ms });

test.each([[0], [-5]])('a deadline of %i ms has passed: the request expires at once and is never sent', (deadline) => {
  const { send, provider, engine } = testEngine();
  expect(send(within('late', deadline)).outcomes).toMatchObject([
    { status: 'expired', text: '', attempts: 0, error: { code: 'deadline_exceeded' } },
  ]);
  expect(provider.calls).toEqual([]);
  expect(engine.deadLetters.list()).toMatchObject([{ reason: 'expired', request: { id: 'late' } }]);
});

test('who waits in a queue expires there, leaves it, and makes room', () => {
  const { send, burst, provider, clock } = testEngine({ workers: 1, capacity: 1 });
  burst(3);
  const late = send(within('late', 100));
  expect(send('no room').status).toBe('shed');
  clock.advance(99);
  expect(late.status).toBe('waiting');
  clock.advance(20);
  expect(late.outcomes).toMatchObject([{ status: 'expired', attempts: 0 }]);
  expect(late.job.timing).toMatchObject({ queuedMs: expect.closeTo(100, -2) });
  expect(send('room again').status).toBe('waiting');
  expect(provider.calls).toHaveLength(1);
});

test('who is in flight expires, its provider is told, and its slot stays taken until the work has ended', async () => {
  const { send, provider, clock } = testEngine({ workers: 1 });
  const late = send(within('late', 100));
  const next = send('next');
  const call = provider.call('late').stream('half an ');
  clock.advance(120);
  expect(late.outcomes).toMatchObject([{ status: 'expired', text: 'half an ', attempts: 1 }]);
  expect(call.aborted).toBe(true);
  expect(call.attempt.wanted).toBe(false);
  expect(provider.calls).toHaveLength(1);
  call.answer('answer');
  await happen();
  expect(late.outcomes[0]!.text).toBe('half an ');
  expect(provider.open.map(({ prompt }) => prompt)).toEqual(['next']);
  expect(next.status).toBe('waiting');
});

test('who answers in time is not bothered later', async () => {
  const { send, provider, clock } = testEngine();
  const quick = send(within('quick', 100));
  provider.call('quick').answer('yes');
  await happen();
  clock.advance(1000);
  expect(quick.outcomes).toMatchObject([{ status: 'completed', text: 'yes' }]);
});

test('a hook that takes too long costs the request, but no call', async () => {
  const { send, engine, provider, clock } = testEngine();
  const { promise: pause, resolve: go } = Promise.withResolvers<undefined>();
  engine.hook('before:inference', { name: 'slow', run: () => pause });
  const late = send(within('late', 97));
  // The deadline has passed, but no time-out has looked yet.
  clock.advance(97);
  expect(late.status).toBe('waiting');
  go(undefined);
  await happen();
  expect(late.outcomes).toMatchObject([{ status: 'expired', attempts: 0 }]);
  expect(provider.calls).toEqual([]);
});

test.each(['at once', 'after a wait'])(
  'a request that is overdue is not shown to the hooks of inference: %s',
  async (how) => {
    const { send, engine, provider, clock } = testEngine();
    const shown: string[] = [];
    engine.hook('before:rag', {
      name: 'slow',
      run: () => {
        clock.work(10);
        return how === 'at once' ? undefined : Promise.resolve(undefined);
      },
    });
    engine.hook('before:inference', { name: 'look', run: ({ request }) => void shown.push(request.id) });
    const late = send(within('late', 10));
    await happen();
    expect(late.outcomes).toMatchObject([{ status: 'expired', attempts: 0 }]);
    expect(shown).toEqual([]);
    expect(provider.calls).toEqual([]);
  },
);

const script = fc.array(
  fc.record({
    deadline: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
    pause: fc.constantFrom(0, 1, 7, 30, 100),
    answers: fc.nat(2),
  }),
  { minLength: 1, maxLength: 40 },
);

test('nobody is asked after the deadline, and every caller is told within 50 ms of it', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const { send, provider, clock } = testEngine({ workers: 2, capacity: 50 });
      const due = new Map<string, number>();
      const told = new Map<string, number>();
      const asked = new Map<string, number>();
      const note = (): void => {
        for (const { attempt } of provider.calls) if (!asked.has(attempt.id)) asked.set(attempt.id, clock.now());
      };
      for (const [index, { deadline, pause, answers }] of steps.entries()) {
        const id = `r${index}`;
        due.set(id, deadline === undefined ? Number.POSITIVE_INFINITY : clock.now() + deadline);
        send(deadline === undefined ? id : within(id, deadline), null, () => told.set(id, clock.now()));
        note();
        for (const call of provider.open.slice(0, answers)) {
          call.answer('ok');
          await happen();
          note();
        }
        for (let ms = 0; ms < pause; ms++) {
          clock.advance(1);
          note();
        }
      }
      for (let ms = 0; ms < 500; ms++) {
        clock.advance(1);
        note();
      }
      for (const [id, at] of due) {
        expect(asked.get(id) ?? 0).toBeLessThanOrEqual(at);
        if (at < Number.POSITIVE_INFINITY) expect(told.get(id)!).toBeLessThanOrEqual(at + 50);
      }
    }),
    { numRuns: 100 },
  );
});
