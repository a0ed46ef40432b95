import { describe, expect, test } from 'vitest';
import type { SubmitOptions } from '../../src/core/job.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { createEngine } from '../../src/engine.ts';
import { prompt } from '../support/scripted-provider.ts';
import { defaultConfig, happen, testEngine, type World } from '../support/test-engine.ts';

describe('a callback that throws', () => {
  test('is reported, and nothing else suffers', async () => {
    const { send, provider, engine } = testEngine({ workers: 1 });
    const failed: string[] = [];
    engine.events.on('pipeline.callback_failed', ({ id, error }) => failed.push(`${id}: ${error}`));
    const one = send('one', null, () => {
      throw new Error('my mistake');
    });
    const two = send('two');
    provider.call('one').answer('1');
    await happen();
    provider.call('two').answer('2');
    await happen();
    expect([one.status, two.status]).toEqual(['completed', 'completed']);
    expect(failed).toEqual(['one: Error: my mistake']);
    expect(engine.snapshot().log).toMatchObject([{ event: 'callback failed', fields: { request: 'one' } }]);
  });

  test('may throw anything', () => {
    const { send, engine } = testEngine({ workers: 1, capacity: 1 });
    for (let i = 0; i < 10; i++) {
      send('one', { signal: AbortSignal.abort() }, () => {
        throw Object.create(null);
      });
    }
    expect(engine.snapshot().totals).toMatchObject({ submitted: 10, cancelled: 10, in_flight: 0 });
  });

  test('while a token is told hurts neither the answer nor the other listeners', async () => {
    const { send, provider, engine } = testEngine();
    const failed: unknown[] = [];
    engine.events.on('pipeline.callback_failed', ({ error }) => failed.push(error));
    const one = send('one');
    one.job.subscribe(() => {
      throw 'broken pipe';
    });
    const pieces: string[] = [];
    one.job.subscribe((piece) => pieces.push(piece));
    provider.call('one').answer('a', 'b', 'c');
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'completed', text: 'abc' }]);
    expect(pieces).toEqual(['a', 'b', 'c']);
    expect(failed).toEqual(['broken pipe']);
  });
});

const MANY = 1_000_000;

/** Submits again from each callback until `count` requests have ended. Resolves with how they ended. */
async function chain(
  world: World,
  count: number,
  request: PromptRequest,
  options: SubmitOptions | null = null,
): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  let sent = 0;
  let ended = 0;
  const told = (outcome: Outcome): void => {
    ended++;
    ends[outcome.error?.code ?? outcome.status] = (ends[outcome.error?.code ?? outcome.status] ?? 0) + 1;
    if (sent < count) submit();
  };
  const submit = (): void => {
    sent++;
    world.engine.submitWith(request, options, told);
  };
  submit();
  while (ended < sent) world.clock.turn();
  expect(ended).toBe(count);
  return ends;
}

describe('callbacks that submit again, a million deep,', () => {
  const answering = () => {
    const world = testEngine({ workers: 1, capacity: 1, deadLetters: 10 });
    world.provider.atOnce((attempt) => attempt.emit('ok'));
    return world;
  };

  test('never grow the stack when all are answered', async () => {
    expect(await chain(answering(), MANY, prompt('again'))).toEqual({ completed: MANY });
  });

  test('nor when all are refused because the queues are full', async () => {
    const world = testEngine({ workers: 1, capacity: 1, deadLetters: 10 });
    world.burst(4);
    expect(await chain(world, MANY, prompt('again'))).toEqual({ queue_full: MANY });
  });

  test('nor when all have expired', async () => {
    const end = await chain(answering(), MANY, prompt('again', { deadline_ms: 0 }));
    expect(end).toEqual({ deadline_exceeded: MANY });
  });

  test('nor when all are cancelled', async () => {
    const signal = AbortSignal.abort();
    expect(await chain(answering(), 100_000, prompt('again'), { signal })).toEqual({ cancelled: 100_000 });
  });

  test('nor when the engine is draining', async () => {
    const world = answering();
    void world.engine.drain(0);
    expect(await chain(world, MANY, prompt('again'))).toEqual({ draining: MANY });
  });

  test('nor when whoever hears of a dead letter sends it again', () => {
    const world = testEngine({ workers: 1, capacity: 1, deadLetters: 10 });
    world.burst(4);
    let left = 100_000;
    world.engine.events.on('pipeline.dead_lettered', ({ letter }) => {
      if (left-- > 0) world.engine.submitWith(letter.request, null, () => undefined);
    });
    world.send('fifth');
    while (left > 0) world.clock.turn();
    world.clock.turn();
    const { totals } = world.engine.snapshot();
    expect(totals).toMatchObject({ shed: 100_001, in_flight: 4 });
  });

  test('nor when each takes back the next', () => {
    const world = testEngine({ workers: 1, capacity: 100_000 });
    const cancelNext = (): void => sent[++at]?.cancel();
    let at = 0;
    const sent = Array.from({ length: 50_000 }, (_, i) => world.send(`r${i}`, null, cancelNext));
    sent[0]!.cancel();
    while (at < sent.length) world.clock.turn();
    expect(world.engine.snapshot().totals).toMatchObject({ cancelled: 50_000, in_flight: 0 });
  });
});

test('what a deep callback submits behind requests that end at once is not forgotten', () => {
  const world = testEngine();
  world.provider.atOnce((attempt) => attempt.emit('ok'));
  let last = 'not sent';
  const nest = (depth: number): void => {
    const request = depth > 0 ? prompt('dead', { deadline_ms: 0 }) : prompt('alive');
    world.engine.submitWith(request, null, ({ status }) => {
      if (depth > 0) nest(depth - 1);
      else last = status;
    });
  };
  for (const depth of [1, 62, 63, 64]) {
    last = 'not told';
    nest(depth);
    expect(last).toBe('completed');
  }
});

test('what a callback submits from too deep in the stack starts, though its own outcome came late', async () => {
  const world = testEngine();
  world.provider.atOnce((attempt) => attempt.emit('ok'));
  let answered = 0;
  const nest = (): void => {
    if (++answered < 100) world.engine.submitWith(prompt('again'), null, nest);
  };
  world.send('first', { record: async () => undefined }, nest);
  await happen();
  expect(answered).toBe(100);
});

describe('a request submitted from inside', () => {
  test.each(['before:rag', 'after:inference', 'before:stream'] as const)(
    '%s passes no limit and starts once the stack has unwound',
    async (position) => {
      const world = testEngine({ workers: 2, capacity: 100 });
      let within = 0;
      world.engine.hook(position, {
        name: 'submit',
        run: ({ request }) => {
          if (!request.id.startsWith('r')) return;
          const before = world.provider.calls.length;
          world.burst(5, 'child');
          expect(world.provider.calls).toHaveLength(before);
          within++;
        },
      });
      const sent = world.burst(3);
      while (world.provider.open.length > 0) {
        expect(world.provider.open.length).toBeLessThanOrEqual(2);
        for (const call of world.provider.open) call.answer('ok');
        await happen();
      }
      expect(sent.map((one) => one.status)).toEqual(['completed', 'completed', 'completed']);
      expect(within).toBe(3);
      expect(world.engine.snapshot().totals).toMatchObject({ submitted: 18, completed: 18 });
    },
  );

  test('a provider call keeps to the workers', async () => {
    const world = testEngine({ workers: 1 });
    let depth = 0;
    world.provider.atOnce((attempt) => {
      expect(++depth).toBe(1);
      if (attempt.id === 'parent') world.burst(3, 'child');
      depth--;
    });
    expect(world.send('parent').status).toBe('completed');
    expect(world.engine.snapshot().totals).toMatchObject({ submitted: 4, completed: 4 });
  });
});

test.each([0.001, 0.1, 5])(
  'a flood of requests that take %d ms each waits for the loop to turn once a slice is used up',
  (ms) => {
    const world = testEngine();
    world.provider.atOnce((attempt) => {
      world.clock.work(ms);
      attempt.emit('ok');
    });
    const sent = world.burst(500);
    // Until the first look at the clock, and from there to the end of the slice of a millisecond.
    const atOnce = sent.filter((one) => one.status === 'completed').length;
    expect(atOnce).toBe(ms === 0.001 ? 500 : 127);
    let turns = 0;
    while (sent.some((one) => one.status === 'waiting')) {
      const before = world.clock.now();
      world.clock.turn();
      turns++;
      // From now on heavy jobs are looked at as often as it takes.
      expect(world.clock.now() - before).toBeLessThanOrEqual(2 * Math.max(ms, 1));
    }
    expect(turns > 1).toBe(ms > 0.001);
    expect(world.engine.snapshot().totals).toMatchObject({ completed: 500 });
  },
);

test('a synchronous flood lets the event loop turn before it has ended', async () => {
  const engine = createEngine(defaultConfig(), {});
  const total = 200_000;
  let ended = 0;
  let endedAtTurn = -1;
  setImmediate(() => {
    endedAtTurn = ended;
  });
  await new Promise<void>((resolve) => {
    const request = prompt('one two three four five six seven eight nine ten');
    const submit = (): void => {
      engine.submitWith(request, null, () => {
        ended++;
        if (ended < total) submit();
        else resolve();
      });
    };
    submit();
  });
  expect(endedAtTurn).toBeGreaterThanOrEqual(0);
  expect(endedAtTurn).toBeLessThan(total);
  await engine.drain(0);
});
