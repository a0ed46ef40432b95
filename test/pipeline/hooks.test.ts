import { describe, expect, test } from 'vitest';
import { HOOK_POSITIONS, type Hook, type HookPosition, type HookSubject } from '../../src/pipeline/hooks.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../support/test-engine.ts';

const hook = (name: string, run: Hook['run']): Hook => ({ name, run });

/** An engine whose provider answers `answer` at once. */
function answering(answer = 'the answer'): World {
  const world = testEngine();
  world.provider.atOnce((attempt) => {
    for (const piece of answer.split(/(?<= )/)) attempt.emit(piece);
  });
  return world;
}

/** Puts a hook at each position that notes its name. */
function note(world: World, positions: readonly HookPosition[] = HOOK_POSITIONS): string[] {
  const ran: string[] = [];
  for (const position of positions)
    world.engine.hook(
      position,
      hook(position, () => void ran.push(position)),
    );
  return ran;
}

describe('the ten positions', () => {
  test('are before and after each stage, in order', () => {
    const world = answering();
    const ran = note(world);
    expect(world.send('go').status).toBe('completed');
    expect(ran).toEqual([
      ...['before:rag', 'after:rag', 'before:assemble', 'after:assemble', 'before:inference', 'after:inference'],
      ...['before:post_process', 'after:post_process', 'before:stream', 'after:stream'],
    ]);
  });

  test('run their hooks in the order they were added', () => {
    const world = answering();
    const ran: string[] = [];
    for (const name of ['a', 'b', 'c'])
      world.engine.hook(
        'before:rag',
        hook(name, () => void ran.push(name)),
      );
    world.send('go');
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  test('keep their order when hooks wait', async () => {
    const world = testEngine();
    const ran: string[] = [];
    for (const position of HOOK_POSITIONS) {
      world.engine.hook(
        position,
        hook(position, async () => {
          await happen();
          ran.push(position);
        }),
      );
    }
    const one = world.send('go');
    while (one.status === 'waiting') {
      await happen();
      for (const call of world.provider.open) call.answer('ok');
    }
    expect(ran).toEqual(HOOK_POSITIONS);
  });
});

describe('what a hook decides', () => {
  test.each(HOOK_POSITIONS)('abort at %s skips the rest of this position only', (position) => {
    const world = answering();
    const ran: string[] = [];
    world.engine.hook(
      position,
      hook('stop', () => 'abort'),
    );
    world.engine.hook(
      position,
      hook('skipped', () => void ran.push('skipped')),
    );
    const others = note(
      world,
      HOOK_POSITIONS.filter((other) => other !== position),
    );
    expect(world.send('go').outcomes).toMatchObject([{ status: 'completed', text: 'the answer' }]);
    expect(ran).toEqual([]);
    expect(others).toHaveLength(9);
  });

  test.each(HOOK_POSITIONS)('an error at %s fails the request there, and it is kept', (position) => {
    const world = answering();
    const ran = note(world);
    world.engine.hook(
      position,
      hook('policy', () => ({ error: 'not on Sundays' })),
    );
    const one = world.send('go');
    expect(one.outcomes).toMatchObject([
      { status: 'failed', error: { code: 'plugin_failed', message: 'policy: not on Sundays' } },
    ]);
    expect(ran.at(-1)).toBe(position);
    expect(world.engine.deadLetters.list()).toMatchObject([{ reason: 'failed', request: one.request }]);
  });

  const boom = () => {
    throw new Error('boom');
  };
  const broken: readonly [string, Hook['run']][] = [
    ['throws', boom],
    ['rejects', async () => boom()],
    ['throws nothing', () => Promise.reject(undefined)],
    ['throws what can’t be shown', () => Promise.reject(Object.create(null))],
    ['returns nonsense', (() => 'perhaps') as never],
    ['returns null', (() => null) as never],
    ['resolves with nonsense', (async () => ({ error: 5 })) as never],
  ];
  test.each(broken)('a hook that %s fails its request and nothing else', async (_how, run) => {
    const world = answering();
    const remove = world.engine.hook('before:assemble', hook('bad', run));
    const one = world.send('one');
    await happen();
    expect(one.outcomes).toMatchObject([
      { status: 'failed', error: { code: 'plugin_failed', message: expect.stringContaining('bad') } },
    ]);
    remove();
    expect(world.send('two').status).toBe('completed');
    expect(world.engine.snapshot().totals).toMatchObject({ submitted: 2, in_flight: 0 });
  });

  test('a promise of another library counts as one', async () => {
    const world = answering();
    // biome-ignore lint/suspicious/noThenProperty: what a promise looks like from outside
    const later = { then: (resolve: (result: 'abort') => void) => queueMicrotask(() => resolve('abort')) };
    world.engine.hook(
      'before:rag',
      hook('thenable', () => later as unknown as Promise<'abort'>),
    );
    world.engine.hook(
      'before:rag',
      hook('skipped', () => ({ error: 'not skipped' })),
    );
    const one = world.send('go');
    await happen();
    expect(one.status).toBe('completed');
  });

  test('comes too late when the request has ended', async () => {
    const world = answering();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const after: string[] = [];
    const late = async (subject: HookSubject) => {
      await promise;
      subject.text = 'rewritten';
      return { error: 'refused' };
    };
    world.engine.hook('after:inference', hook('late', late));
    world.engine.hook(
      'after:inference',
      hook('next', () => void after.push('next')),
    );
    const one = world.send('go');
    one.cancel();
    resolve(undefined);
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'cancelled', error: { code: 'cancelled' } }]);
    expect(one.outcomes[0]!.text).not.toBe('rewritten');
    expect(after).toEqual([]);
  });
});

describe('messages', () => {
  test.each(['before:rag', 'after:assemble', 'before:inference'] as const)('can be replaced at %s', (position) => {
    const world = testEngine();
    world.engine.hook(
      position,
      hook('ask else', (subject) => {
        subject.messages = [{ role: 'user', content: 'else' }];
      }),
    );
    const one = world.send('this');
    expect(world.provider.calls.map((call) => call.prompt)).toEqual(['else']);
    expect(one.request.messages).toEqual([{ role: 'user', content: 'this' }]);
  });

  test('stay what was asked when they are replaced later', () => {
    const world = answering();
    world.engine.hook(
      'after:inference',
      hook('too late', (subject) => {
        subject.messages = [];
      }),
    );
    const one = world.send('this');
    expect(one.job.messages).toBe(one.request.messages);
  });
});

describe('the text', () => {
  const shout = hook('shout', (subject) => {
    subject.text = subject.text.toUpperCase();
  });
  const CHANGING = ['after:inference', 'before:post_process', 'after:post_process', 'before:stream'] as const;

  test.each(CHANGING)('can be changed at %s: it is held back, then streamed as it is collected', async (position) => {
    const world = testEngine();
    world.engine.hook(position, shout);
    const one = world.send('go');
    world.provider.call('go').stream('the ', 'answer');
    expect(one.streamed).toBe('');
    world.provider.call('go').settle();
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'completed', text: 'THE ANSWER' }]);
    expect(one.streamed).toBe('THE ANSWER');
  });

  test.each(HOOK_POSITIONS.filter((position) => !(CHANGING as readonly string[]).includes(position)))(
    'streams at once with a hook at %s, which can’t change it',
    async (position) => {
      const world = testEngine();
      world.engine.hook(
        position,
        hook('meddle', (subject) => {
          subject.text = 'something else';
        }),
      );
      const one = world.send('go');
      world.provider.call('go').stream('the ');
      expect(one.streamed).toBe('the ');
      world.provider.call('go').answer('answer');
      await happen();
      expect([one.streamed, one.outcomes[0]!.text]).toEqual(['the answer', 'the answer']);
    },
  );

  test.each(CHANGING)('that flows already is not changed by a hook added at %s', async (position) => {
    const world = testEngine();
    const one = world.send('go');
    world.provider.call('go').stream('the ');
    world.engine.hook(position, shout);
    world.provider.call('go').answer('answer');
    await happen();
    expect([one.streamed, one.outcomes[0]!.text]).toEqual(['the answer', 'the answer']);
  });

  test('that is held flows in the end although its hook was removed', async () => {
    const world = testEngine();
    const remove = world.engine.hook('after:post_process', shout);
    const one = world.send('go');
    remove();
    world.provider.call('go').answer('the answer');
    await happen();
    expect([one.streamed, one.outcomes[0]!.text]).toEqual(['the answer', 'the answer']);
  });

  test.each([
    ['is refused', 'failed'],
    ['is cancelled', 'cancelled'],
    ['expires', 'expired'],
  ])('that was held back when the request %s is not let out', async (_how, status) => {
    const world = testEngine();
    world.engine.hook(
      'before:post_process',
      hook('redact', () => ({ error: 'holds a secret' })),
    );
    const one = world.send(prompt('go', { deadline_ms: 100 }));
    const call = world.provider.call('go').stream('the secret is 42');
    if (status === 'failed') call.settle();
    else if (status === 'cancelled') one.cancel();
    else world.clock.advance(200);
    await happen();
    expect(one.outcomes).toMatchObject([{ status, text: '' }]);
    expect(one.streamed).toBe('');
    // It was paid for all the same.
    expect(one.outcomes[0]!.usage).toMatchObject({ output_tokens: 4, estimated: true });
  });
});

describe('a hook', () => {
  test('that was removed does not run', () => {
    const world = answering();
    const ran: string[] = [];
    const remove = world.engine.hook(
      'before:rag',
      hook('once', () => void ran.push('once')),
    );
    world.send('one');
    remove();
    remove();
    world.send('two');
    expect(ran).toEqual(['once']);
  });

  test('that was added twice is removed once at a time', () => {
    const world = answering();
    let runs = 0;
    const counting = hook('count', () => void runs++);
    const remove = world.engine.hook('before:rag', counting);
    world.engine.hook('before:rag', counting);
    remove();
    world.send('go');
    expect(runs).toBe(1);
  });

  test('may add or remove hooks while it runs', () => {
    const world = answering();
    const ran: string[] = [];
    const remove = world.engine.hook(
      'before:rag',
      hook('self', () => {
        ran.push('self');
        remove();
        world.engine.hook(
          'before:rag',
          hook('next', () => void ran.push('next')),
        );
      }),
    );
    world.send('one');
    world.send('two');
    expect(ran).toEqual(['self', 'next']);
  });
});
