import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrchestratorError } from '../../../src/core/errors.ts';
import { costUsd, outcomeRecord } from '../../../src/core/outcome.ts';
import type { PromptRequest } from '../../../src/core/request.ts';
import { createConfig, createEngine } from '../../../src/index.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { SpendStore } from '../../../src/storage/spend.ts';
import { prompt, type ScriptedCall, scriptedProvider } from '../../support/scripted-provider.ts';
import { happen, type TestEngineOptions, testEngine } from '../../support/test-engine.ts';

/** A dollar for a thousand tokens in, two for a thousand out. */
const PRICE = { input_per_1k: 1, output_per_1k: 2 };
const paid = (options: TestEngineOptions = {}) => testEngine({ provided: PRICE, ...options });

const counts = (call: ScriptedCall, input: number, output: number): ScriptedCall => {
  call.attempt.inputTokens = input;
  call.attempt.outputTokens = output;
  return call;
};

describe('what a request costs', () => {
  test('is what the provider counted, the same in pieces and at once', async () => {
    const { send, provider, engine, clock } = paid();
    const [whole, pieces] = [send('whole'), send('pieces')];
    counts(provider.call('whole'), 120, 30).answer('abc');
    counts(provider.call('pieces'), 120, 30).answer('a', 'b', 'c');
    await happen();
    expect([whole, pieces].map(({ outcomes }) => outcomeRecord(outcomes[0]!).cost_usd)).toEqual([0.18, 0.18]);
    clock.advance(100);
    const { spend, providers } = engine.snapshot();
    expect(spend).toMatchObject({ total_usd: 0.36, limit_usd: null, unpriced: 0, by_provider: { scripted: 0.36 } });
    expect(spend?.history.reduce((sum, each) => sum + each)).toBeCloseTo(0.36, 12);
    expect(providers['scripted']?.cost_usd).toBe(0.36);
  });

  test('has every attempt in it that used something, be it in vain', async () => {
    const { send, provider, clock } = paid({ resilience: { retry_attempts: 3, circuit_breaker_threshold: 0 } });
    const sent = send('q');
    // Refused before it read anything: nothing to pay.
    provider.calls[0]!.fail();
    await happen();
    clock.advance(10_000);
    await happen();
    counts(provider.calls[1]!, 10, 0).fail();
    await happen();
    clock.advance(10_000);
    await happen();
    counts(provider.calls[2]!, 10, 5).answer('x');
    await happen();
    expect(sent.outcomes[0]).toMatchObject({ status: 'completed', attempts: 3 });
    expect(costUsd(sent.outcomes[0]!)).toBe(0.03);
    expect(sent.outcomes[0]?.notes?.spent?.rows.map(({ cost }) => cost)).toEqual([10_000_000_000n, 20_000_000_000n]);
  });

  test('counts what had arrived when it was cancelled, and is booked once', async () => {
    const { send, provider, engine, clock } = paid();
    const sent = send('abcd');
    provider.calls[0]!.stream('12345678');
    sent.cancel();
    expect(costUsd(sent.outcomes[0]!)).toBe(0.005);
    provider.calls[0]!.settle();
    await happen();
    clock.advance(100);
    expect(engine.snapshot().spend?.total_usd).toBe(0.005);
  });

  test('is known once the published prices are loaded, which no first token waits for', async () => {
    const provider = scriptedProvider();
    const engine = createEngine(createConfig({ guard: { enabled: false } }), {
      provider: { ...provider, kind: 'anthropic', model: 'claude-sonnet-4-6' },
    });
    const cancelled = engine.submit(prompt('abcd'));
    const answered = engine.submit(prompt('efgh'));
    // Both were sent before the list was there.
    expect(provider.calls).toHaveLength(2);
    cancelled.cancel();
    counts(provider.call('efgh'), 1000, 100).answer('x');
    expect(costUsd(await answered)).toBe(0.0045);
    expect(costUsd(await cancelled)).toBe(0.000003);
    await engine.drain(0);
    expect(engine.snapshot().spend).toMatchObject({ total_usd: 0.004503, unpriced: 0 });
  });

  test('is nothing for a reused answer, and what that saved is told', async () => {
    const deduplication = { enabled: true, window_s: 300, max_entries: 10 };
    const { send, provider, engine, clock } = paid({ reuse: { deduplication } });
    const [leader, follower] = [send(prompt('one', { messages: [{ role: 'user', content: 'q' }] })), send('q')];
    counts(provider.calls[0]!, 10, 5).answer('x');
    await happen();
    const later = send('q');
    expect([leader, follower, later].map(({ outcomes }) => costUsd(outcomes[0]!))).toEqual([0.02, 0, 0]);
    clock.advance(100);
    expect(engine.snapshot().spend).toMatchObject({ total_usd: 0.02, saved_usd: 0.04 });
  });
});

describe('the ledger on disk', () => {
  test('has a row for each attempt, and they sum up to what the outcomes say', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'orchestrator-spend-'));
    const storage = await openStorage({ path: folder.path });
    const { send, provider } = paid({ storage });
    const sent = send(prompt('q', { session: 's', tenant: 't' }));
    counts(provider.calls[0]!, 10, 5).answer('x');
    await happen();
    expect(sent.status).toBe('completed');
    expect(await new SpendStore(storage).ofRequest('q')).toMatchObject([
      { session: 's', tenant: 't', provider: 'scripted', input: 10, output: 5, cost: 20_000_000_000n, source: 'model' },
    ]);
    await storage.close();
  });
});

describe('the spend limit', () => {
  test('lets in what surely fits, and nothing once it is used up', async () => {
    const { send, provider, engine, clock } = paid({ budget: { max_spend_usd: 0.05 } });
    expect(send(prompt('dear', { parameters: { max_tokens: 25 } })).status).toBe('limited');
    const first = send('abcd');
    expect(engine.affordable(prompt('abcd'))).toBe('later');
    // Those on their way may leave something: what is dear for ever is not told to come back.
    expect(send('abcd').outcomes[0]!.error).toMatchObject({ code: 'spend_limit_reached', retryAfterMs: 1000 });
    expect(send(prompt('dear', { parameters: { max_tokens: 25 } })).outcomes[0]!.error!.retryAfterMs).toBeUndefined();
    counts(provider.calls[0]!, 1, 20).answer('x');
    await happen();
    expect(first.status).toBe('completed');
    // Answers are known now: another one like it does not fit, a shorter one does.
    expect(engine.affordable(prompt('abcd'))).toBe('no');
    expect(engine.affordable(prompt('abcd', { parameters: { max_tokens: 4 } }))).toBe('yes');
    const refused = send('abcd');
    expect(refused.outcomes[0]).toMatchObject({
      status: 'limited',
      error: { code: 'spend_limit_reached', exitCode: 6 },
    });
    clock.advance(100);
    // `dear` twice, one that others were in the way of, and this one.
    expect(engine.snapshot().spend?.refused).toBe(4);
  });

  test('reckons with the provider that a request names, with the dearest where it names none, with all in a tournament', () => {
    const two = (policy: string) =>
      testEngine({
        providers: [scriptedProvider('cheap'), scriptedProvider('dear')],
        budget: { max_spend_usd: 1 },
        configure: (config) =>
          void Object.assign(config, {
            routing: { ...config.routing, policy },
            providers: { cheap: { kind: 'echo', output_per_1k: 1 }, dear: { kind: 'echo', output_per_1k: 10 } },
          }),
      }).engine;
    const ask = (most: number, model?: string) => ({ ...prompt('q', { parameters: { max_tokens: most } }), model });
    const cascade = two('cascade');
    expect(['cheap', 'dear', 'dear/any'].map((model) => cascade.affordable(ask(200, model) as PromptRequest))).toEqual([
      'yes',
      'no',
      'no',
    ]);
    // Somebody can afford it, but then nobody beside it.
    expect(cascade.affordable(ask(200) as PromptRequest)).toBe('yes');
    cascade.submit(ask(50) as PromptRequest);
    expect(cascade.snapshot().spend?.reserved_usd).toBe(0.5);
    expect(cascade.affordable(ask(51) as PromptRequest)).toBe('later');
    const tournament = two('tournament');
    expect([90, 92].map((most) => tournament.affordable(ask(most) as PromptRequest))).toEqual(['yes', 'no']);
  });

  test('answers that nobody limits are reckoned with as long as they are, not as short as some of them', async () => {
    const { send, provider, engine } = paid({ budget: { max_spend_usd: 1, answer_tokens: 400 } });
    // 400 tokens of two dollars for a thousand: nothing fits beside it.
    send('abcd');
    expect([engine.snapshot().spend?.reserved_usd, engine.affordable(prompt('abcd'))]).toEqual([0.801, 'later']);
    counts(provider.calls[0]!, 1, 50).answer('x');
    await happen();
    send('abcd');
    send('efgh');
    expect(provider.calls).toHaveLength(3);
  });

  const deed = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        size: fc.integer({ min: 1, max: 60 }),
        most: fc.integer({ min: 1, max: 20 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('answer' as const, 'fail' as const, 'cancel' as const, 'break' as const),
        which: fc.nat(99),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 50, 3000) }) },
  );

  test('many at once never exceed a limit, whatever becomes of them; every reservation returns; the books are even', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 60 }), async (deeds) => {
        const { send, provider, engine, clock } = paid({
          budget: { max_spend_usd: 0.2, max_tokens_per_period: 150, period_s: 3600 },
        });
        const sent: ReturnType<typeof send>[] = [];
        const sizes: number[] = [];
        for (const [at, one] of deeds.entries()) {
          if (one.do === 'send') {
            sizes.push(one.size);
            const content = 'x'.repeat(one.size * 4);
            sent.push(
              send(prompt(`r${at}`, { messages: [{ role: 'user', content }], parameters: { max_tokens: one.most } })),
            );
          } else if (one.do === 'advance') clock.advance(one.ms);
          else if (one.do === 'cancel') sent[one.which % sent.length]?.cancel();
          else {
            const open = provider.calls.filter(({ settled }) => !settled);
            const call = open[one.which % open.length];
            if (call === undefined) continue;
            const most = call.attempt.parameters.max_tokens!;
            const input = Math.ceil(call.prompt.length / 4);
            if (one.do === 'answer') counts(call, input, Math.floor(most * one.share)).answer('x');
            else if (one.do === 'break') {
              counts(call, input, 1).fail(new OrchestratorError('provider_incomplete', 'It broke off.'));
            } else call.fail();
          }
          await happen();
          clock.advance(100);
          const { spend, admission } = engine.snapshot();
          expect(spend!.total_usd).toBeLessThanOrEqual(0.2);
          expect(admission!.budget!.used + admission!.budget!.reserved).toBeLessThanOrEqual(150);
        }
        for (const call of provider.calls) if (!call.settled) call.fail();
        await happen();
        clock.advance(200);
        const { spend, admission, totals } = engine.snapshot();
        expect([totals.in_flight, spend!.reserved_usd, admission!.budget!.reserved]).toEqual([0, 0, 0]);
        const rows = sent.flatMap(({ outcomes }) => outcomes[0]?.notes?.spent?.rows ?? []);
        const booked = rows.reduce((sum, { cost }) => sum + cost!, 0n);
        expect(Number(booked) / 1e12).toBe(spend!.total_usd);
      }),
      { numRuns: 60 },
    );
  });
});
