import { describe, expect, test } from 'vitest';
import { prompt, type ScriptedProvider, scriptedProvider } from '../../support/scripted-provider.ts';
import { happen, type TestEngineOptions, testEngine } from '../../support/test-engine.ts';

function fleet(policy: string, options: TestEngineOptions & { readonly routing?: object } = {}) {
  const providers = [scriptedProvider('a'), scriptedProvider('b')] as const;
  const world = testEngine({
    resilience: { circuit_breaker_threshold: 5 },
    ...options,
    providers,
    configure(config) {
      Object.assign(config.routing, { policy, hedge_max_extra: 1, ...options.routing });
      options.configure?.(config);
    },
  });
  const [a, b] = providers;
  return { ...world, a, b };
}

/** Lets both providers answer so often that a hedge knows what is usual: 100 ms at most. */
async function warmUp({ send, clock, a, b }: ReturnType<typeof fleet>): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const text = `warm${i}`;
    send(text);
    clock.advance(i < 20 ? 100 : 90);
    const who: ScriptedProvider = a.calls.some((call) => call.prompt === text) ? a : b;
    who.call(text).answer('ok');
    await happen();
  }
}

describe('hedge', () => {
  /** A request whose first provider says nothing for longer than usual, and where it was sent. */
  async function hedged(options: Parameters<typeof fleet>[1] = {}) {
    const world = fleet('hedge', options);
    await warmUp(world);
    const sent = world.send('go', {});
    const [first, second] = world.a.calls.some((call) => call.prompt === 'go')
      ? [world.a, world.b]
      : [world.b, world.a];
    world.clock.advance(99);
    await happen();
    expect(second.calls.some((call) => call.prompt === 'go')).toBe(false);
    world.clock.advance(2);
    await happen();
    return { world, sent, first, second };
  }

  test('asks a second one after the usual time; the first to speak answers, the other is taken back', async () => {
    const { world, sent, first, second } = await hedged();
    second.call('go').stream('fast ');
    expect(first.call('go').aborted).toBe(true);
    expect(sent.streamed).toBe('fast ');
    first.call('go').stream('too late').settle();
    Object.assign(second.call('go').attempt, { inputTokens: 5, outputTokens: 2 });
    second.call('go').answer('answer');
    await happen();
    expect(sent.outcomes).toMatchObject([
      { status: 'completed', text: 'fast answer', provider: second.name, attempts: 2, usage: { output_tokens: 2 } },
    ]);
    const { routing, providers } = world.engine.snapshot();
    expect(routing!.details).toMatchObject({ extra: 1, won: 1 });
    // Being taken back is no failure.
    expect(providers[first.name]!.errors).toEqual({});
    expect(
      world.engine
        .explain('go')!
        .attempts.map(({ provider, result }) => `${provider} ${result}`)
        .sort(),
    ).toEqual([`${first.name} cancelled`, `${second.name} ok`].sort());
  });

  test('both are paid for: the story has a row for each, and they add up', async () => {
    const { world, sent, first, second } = await hedged({
      configure: (config) =>
        void Object.assign(config.providers, {
          a: { kind: 'echo', input_per_1k: 1, output_per_1k: 2 },
          b: { kind: 'echo', input_per_1k: 1, output_per_1k: 2 },
        }),
    });
    Object.assign(second.call('go').attempt, { inputTokens: 100, outputTokens: 50 });
    second.call('go').answer('a long answer of the second');
    first.call('go').settle();
    await happen();
    const { costs, cost_usd } = world.engine.explain('go')!;
    expect(costs!.map(({ provider, usd }) => [provider, usd]).sort()).toEqual(
      [
        // One token of input was read by the one that lost, and it had said nothing.
        [first.name, 0.001],
        [second.name, 0.2],
      ].sort(),
    );
    expect(costs!.reduce((sum, { usd }) => sum + usd!, 0)).toBeCloseTo(cost_usd!, 12);
    expect(sent.outcomes[0]!.notes!.spent!.dollars).toBeCloseTo(0.201, 12);
  });

  test('does nothing after the first token', async () => {
    const world = fleet('hedge');
    await warmUp(world);
    const calls = world.a.calls.length + world.b.calls.length;
    const sent = world.send('go');
    const who = world.a.calls.some((call) => call.prompt === 'go') ? world.a : world.b;
    who.call('go').stream('slow but talking');
    world.clock.advance(60_000);
    await happen();
    expect(world.a.calls.length + world.b.calls.length).toBe(calls + 1);
    who.call('go').answer('.');
    await happen();
    expect(sent.outcomes[0]!.text).toBe('slow but talking.');
  });

  test('when the first fails, the second is waited for; when both do, that is a failure of both', async () => {
    const one = await hedged();
    one.first.call('go').fail();
    await happen();
    expect(one.sent.status).toBe('waiting');
    one.second.call('go').answer('saved');
    await happen();
    expect(one.sent.outcomes).toMatchObject([{ status: 'completed', text: 'saved', attempts: 2 }]);

    const both = await hedged({ resilience: { retry_attempts: 2 } });
    both.second.call('go').fail();
    await happen();
    both.first.call('go').fail();
    await happen();
    expect(both.sent.outcomes).toMatchObject([{ status: 'failed', attempts: 2 }]);
  });

  test('is not made when the share is used up', async () => {
    const world = fleet('hedge', { routing: { hedge_max_extra: 0.01 } });
    await warmUp(world);
    world.send('go');
    world.clock.advance(60_000);
    await happen();
    expect(world.engine.snapshot().routing!.details).toMatchObject({ extra: 0, capped: 1 });
  });

  test('nor when it would cost more than its share of the spend, however few calls it is', async () => {
    const price = { kind: 'echo', input_per_1k: 1 };
    const world = fleet('hedge', {
      routing: { hedge_max_extra: 0.5 },
      configure: (config) => void Object.assign(config.providers, { a: price, b: price }),
    });
    await warmUp(world);
    const calls = () => world.a.calls.length + world.b.calls.length;
    // Fifty answers have cost a tenth of a dollar; a second look at this would cost a dollar.
    for (const [length, more] of [
      [4000, 1],
      [4, 2],
    ] as const) {
      const before = calls();
      world.send('x'.repeat(length));
      world.clock.advance(60_000);
      await happen();
      expect(calls() - before).toBe(more);
    }
    expect(world.engine.snapshot().routing!.details).toMatchObject({ extra: 1, capped: 1 });
  });

  test('for which an answer is thought to be as long as others were', async () => {
    const price = { kind: 'echo', input_per_1k: 0, output_per_1k: 1 };
    const world = fleet('hedge', {
      routing: { hedge_max_extra: 0.5 },
      configure: (config) => void Object.assign(config.providers, { a: price, b: price }),
    });
    await warmUp(world);
    world.send('go');
    world.clock.advance(60_000);
    await happen();
    expect(world.engine.snapshot().routing!.details).toMatchObject({ extra: 1, capped: 0 });
  });

  test('a request that is taken back takes both back, and leaves no timer', async () => {
    const { world, sent, first, second } = await hedged();
    sent.cancel();
    expect([first.call('go').aborted, second.call('go').aborted]).toEqual([true, true]);
    first.call('go').settle();
    second.call('go').settle();
    await happen();
    expect(sent.status).toBe('cancelled');
    expect(world.engine.snapshot().stages.inference.busy).toBe(0);
  });

  test('one provider alone is asked twice: its second answer may well be faster', async () => {
    const only = scriptedProvider('only');
    const world = testEngine({
      provider: only,
      resilience: {},
      configure: (config) => void Object.assign(config.routing, { policy: 'hedge', hedge_max_extra: 1 }),
    });
    for (let i = 0; i < 25; i++) {
      world.send(`w${i}`);
      world.clock.advance(100);
      only.call(`w${i}`).answer('ok');
      await happen();
    }
    world.send('go');
    world.clock.advance(101);
    expect(only.calls.filter((call) => call.prompt === 'go')).toHaveLength(2);
  });
});

describe('tournament', () => {
  test('holds back every token until there is a winner', async () => {
    const world = fleet('tournament');
    const sent = world.send('go', {});
    world.a.call('go').stream('short');
    world.b.call('go').stream('much longer ');
    world.a.call('go').answer();
    await happen();
    expect(sent.streamed).toBe('');
    Object.assign(world.b.call('go').attempt, { inputTokens: 4, outputTokens: 9, model: 'b-exact' });
    world.b.call('go').answer('answer');
    await happen();
    expect(sent.streamed).toBe('much longer answer');
    expect(sent.outcomes).toMatchObject([
      { text: 'much longer answer', provider: 'b', model: 'b-exact', attempts: 2, usage: { output_tokens: 9 } },
    ]);
    expect(world.engine.snapshot().routing!.details).toEqual({ wins: { b: 1 } });
  });

  test('an answer beats a failure; all failing is a failure', async () => {
    const world = fleet('tournament');
    const one = world.send('one');
    world.b.call('one').fail();
    world.a.call('one').answer('x');
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'completed', text: 'x', provider: 'a' }]);
    const none = world.send('none');
    world.a.call('none').fail();
    world.b.call('none').fail();
    await happen();
    expect(none.outcomes).toMatchObject([{ status: 'failed', error: { code: 'provider_failed' }, attempts: 2 }]);
  });

  test('judges with a scorer of one’s own, and survives one that throws', async () => {
    const shortest = fleet('tournament', { scorer: ({ text }) => -text.length });
    const sent = shortest.send('go');
    shortest.a.call('go').answer('longer');
    shortest.b.call('go').answer('x');
    await happen();
    expect(sent.outcomes[0]!.text).toBe('x');
    const broken = fleet('tournament', {
      scorer: () => {
        throw new Error('on purpose');
      },
    });
    const other = broken.send('go');
    broken.a.call('go').answer('a');
    broken.b.call('go').answer('b');
    await happen();
    expect(other.outcomes[0]!.status).toBe('completed');
  });

  test('expires as a whole', async () => {
    const world = fleet('tournament');
    const sent = world.send(prompt('go', { deadline_ms: 1000 }));
    world.a.call('go').stream('half');
    world.clock.advance(1100);
    expect(sent.outcomes).toMatchObject([{ status: 'expired', text: '' }]);
    expect([world.a.call('go').aborted, world.b.call('go').aborted]).toEqual([true, true]);
  });

  test('providers that answer at once take part, too', () => {
    const world = fleet('tournament');
    world.a.atOnce((attempt) => attempt.emit('a'));
    world.b.atOnce((attempt) => attempt.emit('bb'));
    const sent = world.send('go');
    return happen().then(() => expect(sent.outcomes).toMatchObject([{ text: 'bb', attempts: 2 }]));
  });
});
