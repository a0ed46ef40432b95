import { expect, test } from 'vitest';
import type { Attempt } from '../../src/core/attempt.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import type { HookSubject } from '../../src/pipeline/hooks.ts';
import { prompt } from '../support/scripted-provider.ts';
import { defaultConfig } from '../support/test-engine.ts';

/** An engine where nobody looks at requests on their way: one that finds everything free goes straight through. */
function plainEngine(run: (attempt: Attempt, engine: Engine) => void | Promise<void>): Engine {
  const config = defaultConfig();
  const plain = { ...config, guard: { ...config.guard, enabled: false } };
  const provider = { name: 'plain', kind: 'plain', model: 'm', run: (attempt: Attempt) => run(attempt, engine) };
  const engine: Engine = createEngine(
    {
      ...plain,
      deduplication: { ...config.deduplication, enabled: false },
      resilience: { ...config.resilience, retry_attempts: 1, circuit_breaker_threshold: 0 },
    },
    { provider },
  );
  return engine;
}

const echo = (attempt: Attempt): void => attempt.emit(attempt.id);

const done = ({ snapshot }: Engine): readonly number[] => Object.values(snapshot().stages).map((stage) => stage.done);

test('a callback that throws is reported, and the next request goes through as before', () => {
  const engine = plainEngine(echo);
  const failed: unknown[] = [];
  engine.events.on('pipeline.callback_failed', ({ error }) => failed.push(error));
  const texts: string[] = [];
  for (const id of ['a', 'b', 'c']) {
    engine.submitWith(prompt(id), null, ({ text }) => {
      texts.push(text);
      throw id;
    });
  }
  expect([texts, failed]).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ]);
  expect(engine.snapshot().totals).toMatchObject({ submitted: 3, completed: 3, in_flight: 0 });
  expect(done(engine)).toEqual([3, 3, 3, 3, 3]);
});

test('a provider that throws fails its request alone', () => {
  const engine = plainEngine((attempt) => {
    if (attempt.id === 'bad') throw new Error('no');
    echo(attempt);
  });
  const statuses: string[] = [];
  for (const id of ['one', 'bad', 'two']) engine.submitWith(prompt(id), null, ({ status }) => statuses.push(status));
  expect(statuses).toEqual(['completed', 'failed', 'completed']);
  expect(engine.snapshot().totals).toMatchObject({ submitted: 3, completed: 2, failed: 1, in_flight: 0 });
});

test('what a provider submits while it answers starts once it has answered', () => {
  const order: string[] = [];
  const engine = plainEngine((attempt, self) => {
    order.push(`begin ${attempt.id}`);
    if (attempt.id === 'outer') self.submitWith(prompt('inner'), null, () => order.push('told inner'));
    echo(attempt);
    order.push(`end ${attempt.id}`);
  });
  engine.submitWith(prompt('outer'), null, () => order.push('told outer'));
  expect(order).toEqual(['begin outer', 'end outer', 'told outer', 'begin inner', 'end inner', 'told inner']);
});

test('a hook that is added while a request is answered sees the next one, and this one is answered once', async () => {
  const seen: string[] = [];
  const note = (id: string): void => {
    seen.push(id);
  };
  const shout = (subject: HookSubject): void => {
    subject.text += '!';
  };
  const asked: string[] = [];
  const engine = plainEngine(async (attempt, self) => {
    asked.push(attempt.id);
    if (attempt.id !== 'first') return echo(attempt);
    self.hook('before:assemble', { name: 'late', run: (subject) => note(subject.request.id) });
    self.hook('after:inference', { name: 'louder', run: shout });
    await Promise.resolve();
    echo(attempt);
  });
  const first = await engine.submit(prompt('first'));
  const second = await engine.submit(prompt('second'));
  expect([first.text, second.text]).toEqual(['first', 'second!']);
  expect([asked, seen]).toEqual([['first', 'second'], ['second']]);
  expect(done(engine)).toEqual([2, 2, 2, 2, 2]);
});

test('a drain that a callback asks for is over once that callback has returned', async () => {
  const engine = plainEngine(echo);
  let drained: Promise<void> | undefined;
  engine.submitWith(prompt('last'), null, () => {
    drained = engine.drain(1000);
  });
  await drained;
  expect(engine.snapshot().state).toBe('stopped');
  expect((await engine.submit(prompt('late'))).status).toBe('shed');
});

test('callbacks that submit again nest only so deep, and every request is answered', async () => {
  const engine = plainEngine(echo);
  let nested = 0;
  let deepest = 0;
  const outcomes: Outcome[] = [];
  const again = (outcome: Outcome): void => {
    outcomes.push(outcome);
    deepest = Math.max(deepest, ++nested);
    if (outcomes.length < 1000) engine.submitWith(prompt(`n${outcomes.length}`), null, again);
    nested--;
  };
  engine.submitWith(prompt('n0'), null, again);
  await expect.poll(() => outcomes.length).toBe(1000);
  expect(deepest).toBeLessThanOrEqual(65);
  expect(outcomes.every(({ status, text, request }) => status === 'completed' && text === request.id)).toBe(true);
});

test('an answer with more to it than text is counted and told like any other', () => {
  const calls = [{ id: 'call-1', name: 'look', arguments: '{}' }];
  const engine = plainEngine((attempt) => {
    attempt.toolCalls = calls;
  });
  let told: Outcome | null = null;
  engine.submitWith(prompt('tools'), null, (outcome) => {
    told = outcome;
  });
  expect(told).toMatchObject({ status: 'completed', toolCalls: calls });
  expect(engine.snapshot().totals).toMatchObject({ submitted: 1, completed: 1, in_flight: 0 });
  expect(done(engine)).toEqual([1, 1, 1, 1, 1]);
});

test('counting anew keeps what is in flight', async () => {
  let answer = (): void => undefined;
  const engine = plainEngine((attempt) => {
    if (attempt.id !== 'slow') return echo(attempt);
    return new Promise((resolve) => {
      answer = () => resolve(echo(attempt));
    });
  });
  engine.submitWith(prompt('quick'), null, () => undefined);
  const slow = engine.submit(prompt('slow'));
  engine.reset();
  engine.submitWith(prompt('quick too'), null, () => undefined);
  expect(engine.snapshot().totals).toMatchObject({ submitted: 2, completed: 1, in_flight: 1 });
  answer();
  await slow;
  // A picture is at most a tenth of a second old.
  await expect.poll(() => engine.snapshot().totals).toMatchObject({ submitted: 2, completed: 2, in_flight: 0 });
});
