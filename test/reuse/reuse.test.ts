import { describe, expect, test } from 'vitest';
import type { PromptRequest } from '../../src/core/request.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, type TestEngineOptions, testEngine } from '../support/test-engine.ts';

const DEDUPLICATION = { enabled: true, window_s: 300, max_entries: 100 };

const reusing = (options: TestEngineOptions = {}) =>
  testEngine({ ...options, reuse: { deduplication: DEDUPLICATION, ...options.reuse } });

const nearly = () =>
  reusing({
    reuse: { semantic_dedup: { enabled: true, similarity_threshold: 3, window_secs: 300, max_entries: 100 } },
  });

describe('identical requests at the same time', () => {
  test('share one call: pieces come to all as they arrive, late ones get what there is first', async () => {
    const { send, provider, engine } = reusing();
    const first = send('q');
    provider.call('q').stream('one ', 'two ');
    const late = send('q');
    expect([first.streamed, late.streamed]).toEqual(['one two ', 'one two ']);
    provider.call('q').stream('three');
    expect([first.streamed, late.streamed]).toEqual(['one two three', 'one two three']);
    expect(engine.snapshot().reuse).toMatchObject({ calls_in_flight: 1, followers: 1, in_flight_joins: 1 });
    provider.call('q').answer();
    await happen();
    expect(provider.calls).toHaveLength(1);
    expect(first.outcomes).toMatchObject([
      { source: 'model', attempts: 1, text: 'one two three', finishReason: 'stop' },
    ]);
    expect(late.outcomes).toMatchObject([
      { source: 'coalesced', attempts: 0, text: 'one two three', finishReason: 'stop', provider: 'scripted' },
    ]);
    // What it would have cost stays visible.
    expect(late.job.usage).toEqual(first.job.usage);
  });

  test('go on when the one who came first leaves; the next one leads', async () => {
    const { send, provider, engine } = reusing();
    const told: string[] = [];
    engine.events.on('reuse.handed_over', ({ id }) => told.push(id));
    const [first, second, third] = ['a', 'b', 'c'].map((id) => send(prompt('q', { id })));
    provider.call('q').stream('so ');
    first!.cancel();
    expect(first!.outcomes).toMatchObject([{ status: 'cancelled', text: 'so ', attempts: 1 }]);
    expect(provider.call('q').aborted).toBe(false);
    provider.call('q').answer('far');
    await happen();
    expect(told).toEqual(['b']);
    expect(second!.outcomes).toMatchObject([{ source: 'model', attempts: 1, text: 'so far' }]);
    expect(third!.outcomes).toMatchObject([{ source: 'coalesced', text: 'so far' }]);
    expect(first!.streamed).toBe('so ');
    expect(engine.snapshot().reuse).toMatchObject({ in_flight_joins: 2, avoided_calls: 1, followers: 0 });
  });

  test('end the call when the last one leaves, and who comes then begins anew', async () => {
    const { send, provider } = reusing();
    const [first, second] = [send('q'), send('q')];
    const call = provider.call('q');
    first.cancel();
    second.cancel();
    expect(call.aborted).toBe(true);
    const again = send('q');
    expect(provider.calls).toHaveLength(2);
    call.answer('of the old one');
    provider.call('q').answer('new');
    await happen();
    expect(again.outcomes).toMatchObject([{ source: 'model', text: 'new' }]);
    expect(again.streamed).toBe('new');
    // Nor is the old one's answer kept.
    expect(send('q').outcomes).toMatchObject([{ source: 'cache', text: 'new' }]);
  });

  test('expire each by its own deadline; the call has the latest', async () => {
    const { send, provider, clock } = reusing();
    const short = send(prompt('q', { deadline_ms: 100 }));
    const long = send(prompt('q', { deadline_ms: 1000 }));
    clock.advance(150);
    expect([short.status, long.status]).toEqual(['expired', 'waiting']);
    expect(provider.call('q').aborted).toBe(false);
    clock.advance(1000);
    expect(long.status).toBe('expired');
    expect(provider.call('q').aborted).toBe(true);
  });

  test('share the error of their call, and errors are not kept', async () => {
    const { send, provider, engine } = reusing();
    const [first, second] = [send('q'), send('q')];
    for (let attempt = 0; attempt < 10 && provider.open.length > 0; attempt++) {
      provider.call('q').fail();
      await happen();
    }
    for (const one of [first, second]) {
      expect(one.outcomes).toMatchObject([{ status: 'failed', error: { code: 'provider_failed' } }]);
    }
    expect(engine.deadLetters.total).toBe(2);
    const before = provider.calls.length;
    send('q');
    expect(provider.calls.length).toBe(before + 1);
  });

  test('hold neither a slot nor a place in a queue while they follow', async () => {
    const { send, burst, provider, engine, clock } = reusing({ workers: 2, capacity: 2 });
    const leader = send('q');
    const followers = Array.from({ length: 50 }, () => send('q'));
    const { stages } = engine.snapshot();
    expect([stages.inference.busy, stages.inference.depth]).toEqual([1, 0]);
    // The other slot and all queues are there for others.
    burst(2);
    clock.advance(100);
    expect(engine.snapshot().stages.inference.depth).toBe(1);
    // All slots are taken now, and who asks the same needs none.
    const late = send('q');
    provider.call('q').answer('x');
    await happen();
    for (const one of [leader, ...followers, late]) expect(one.outcomes).toMatchObject([{ text: 'x' }]);
    expect(provider.calls.map(({ prompt: text }) => text)).toEqual(['q', 'r0', 'r1']);
  });

  test('enter post-processing as there is room', async () => {
    const { send, engine, provider } = reusing({ capacity: 4 });
    const open: (() => void)[] = [];
    engine.hook('before:post_process', {
      name: 'slow',
      run: () => new Promise<void>((resolve) => open.push(resolve)),
    });
    const sent = Array.from({ length: 40 }, () => send('q'));
    provider.call('q').answer('x');
    await happen();
    while (open.length > 0) {
      const { depth, capacity, busy, limit } = engine.snapshot().stages.post_process;
      expect(depth).toBeLessThanOrEqual(capacity);
      expect(busy).toBeLessThanOrEqual(limit);
      open.shift()!();
      await happen();
    }
    expect(sent.map(({ status }) => status)).toEqual(new Array(40).fill('completed'));
  });

  test('are interrupted when the engine stops, wherever they are', async () => {
    const { send, engine } = reusing();
    const sent = [send('q'), send('q'), send('q')];
    await engine.drain(0);
    for (const { outcomes } of sent)
      expect(outcomes).toMatchObject([{ status: 'failed', error: { code: 'interrupted' } }]);
  });

  test('that cancel from within a piece leave the others what is theirs', async () => {
    const { send, provider } = reusing();
    const first = send('q');
    const second = send('q');
    const third = send('q');
    first.job.subscribe(() => second.cancel());
    provider.call('q').answer('a', 'b');
    await happen();
    expect([first.status, second.status, third.status]).toEqual(['completed', 'cancelled', 'completed']);
    expect(third.streamed).toBe('ab');
  });
});

describe('identical requests one after the other', () => {
  test('get the answer that is there, at once, with everything that belongs to it', async () => {
    const { send, provider, engine } = reusing();
    const call = { id: 'c', name: 'f', arguments: '{}' };
    send('q');
    provider.call('q').attempt.toolCalls = [call];
    provider.call('q').attempt.outputTokens = 7;
    provider.call('q').answer('x');
    await happen();
    const again = send('q');
    expect(again.outcomes).toMatchObject([
      { source: 'cache', text: 'x', toolCalls: [call], finishReason: 'stop', model: 'scripted-1', attempts: 0 },
    ]);
    expect(again.job.usage).toMatchObject({ output_tokens: 7 });
    expect(engine.snapshot().reuse).toMatchObject({ exact_hits: 1, misses: 1, entries: 1, avoided_calls: 1 });
    expect(engine.snapshot().reuse!.avoided_tokens).toBe(again.job.usage!.input_tokens + 7);
  });

  test('until the window has passed, or it was flushed', async () => {
    const { send, provider, clock, engine } = reusing();
    provider.atOnce((attempt) => attempt.emit('x'));
    send('q');
    clock.advance(299_000);
    expect(send('q').job.source).toBe('cache');
    expect(engine.flushCache()).toBe(1);
    expect(send('q').job.source).toBe('model');
    clock.advance(301_000);
    expect(send('q').job.source).toBe('model');
  });

  test('the least recently used leave first, and are counted', () => {
    const { send, provider, engine } = reusing({ reuse: { deduplication: { ...DEDUPLICATION, max_entries: 2 } } });
    provider.atOnce((attempt) => attempt.emit('x'));
    for (const text of ['a', 'b', 'a', 'c']) send(text);
    expect(['a', 'b', 'c'].map((text) => send(text).job.source)).toEqual(['cache', 'model', 'model']);
    expect(engine.snapshot().reuse).toMatchObject({ entries: 2, capacity: 2, evictions: 3 });
  });

  test.each<[string, Partial<PromptRequest>]>([
    ['tenant', { tenant: 'another' }],
    ['model', { model: 'another' }],
    ['parameters', { parameters: { temperature: 0 } }],
    ['no_cache', { no_cache: true }],
  ])('not with another %s', (_what, fields) => {
    const { send, provider } = reusing();
    send('q');
    expect(send(prompt('q', fields)).job.answeredFrom).toBeNull();
    expect(provider.calls).toHaveLength(2);
  });

  test('the answer to a request without cache is nobody else’s', async () => {
    const { send, provider, engine } = reusing();
    send(prompt('q', { no_cache: true }));
    provider.call('q').answer('x');
    await happen();
    expect(send('q').status).toBe('waiting');
    expect(engine.snapshot().reuse).toMatchObject({ entries: 0, misses: 1 });
  });

  test('a default parameter and the same one asked for are one question', async () => {
    const { send, provider } = reusing({ defaults: { temperature: 0.5 } });
    provider.atOnce((attempt) => attempt.emit('x'));
    send('q');
    expect(send(prompt('q', { parameters: { temperature: 0.5 } })).job.source).toBe('cache');
    expect(send(prompt('q', { parameters: { temperature: 0.6 } })).job.source).toBe('model');
  });

  test('a changed configuration starts with nothing, and counts on', async () => {
    const world = reusing();
    world.provider.atOnce((attempt) => attempt.emit('x'));
    world.send('q');
    world.send('q');
    world.engine.apply({ ...reusing().config, deduplication: { ...DEDUPLICATION, max_entries: 5 } });
    expect(world.send('q').job.source).toBe('model');
    expect(world.engine.snapshot().reuse).toMatchObject({ capacity: 5, exact_hits: 1, misses: 2 });
  });

  test('hooks see reused answers, too, and each may change its own', async () => {
    const { send, provider, engine } = reusing();
    let runs = 0;
    engine.hook('after:inference', {
      name: 'number',
      run: (subject) => {
        subject.text += ` ${++runs}`;
      },
    });
    const first = send('q');
    const second = send('q');
    provider.call('q').answer('x');
    await happen();
    const third = send('q');
    await happen();
    expect([first, second, third].map(({ outcomes }) => outcomes[0]!.text).sort()).toEqual(['x 1', 'x 2', 'x 3']);
    expect(provider.calls).toHaveLength(1);
  });
});

describe('where only the cache is on', () => {
  const cached = () =>
    testEngine({
      reuse: {
        deduplication: { ...DEDUPLICATION, enabled: false },
        cache: { enabled: true, max_prompt_len: 10, max_entries: 3, default_ttl_s: 1 },
      },
    });

  test('each request at the same time is a call, later ones get the answer', async () => {
    const { send, provider } = cached();
    send('q');
    send('q');
    expect(provider.calls).toHaveLength(2);
    for (const call of provider.open) call.answer('x');
    await happen();
    expect(send('q').job.source).toBe('cache');
  });

  test('its own time, size and longest prompt hold', () => {
    const { send, provider, clock, engine } = cached();
    provider.atOnce((attempt) => attempt.emit('x'));
    send('q');
    send('longer than that');
    expect([send('q').job.source, send('longer than that').job.source]).toEqual(['cache', 'model']);
    clock.advance(1002);
    expect(send('q').job.source).toBe('model');
    expect(engine.snapshot().reuse).toMatchObject({ capacity: 3 });
  });
});

describe('nearly the same words', () => {
  test('get the answer that is there, or join the call for it', async () => {
    const { send, provider, engine } = nearly();
    send('what is the capital of France?');
    const joins = send('What is the captial of France, please?');
    provider.call('what is the capital of France?').answer('Paris');
    await happen();
    expect(joins.outcomes).toMatchObject([{ source: 'near_duplicate', text: 'Paris' }]);
    expect(send("what's the capital of france").outcomes).toMatchObject([{ source: 'near_duplicate', text: 'Paris' }]);
    expect(send('what is the capital of Germany?').status).toBe('waiting');
    expect(provider.calls).toHaveLength(2);
    const { reuse } = engine.snapshot();
    expect(reuse).toMatchObject({ dedup_semantic_hits_total: 2, dedup_semantic_miss_total: 2, avoided_calls: 2 });
    expect(reuse!.avg_similarity_score).toBeGreaterThan(0);
  });

  test('only when all the rest is equal', async () => {
    const { send, provider } = nearly();
    provider.atOnce((attempt) => attempt.emit('x'));
    const chat = (system: string, text: string): PromptRequest => ({
      id: 'c',
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: text },
      ],
    });
    send(chat('Be brief.', 'what is rust'));
    expect(send(chat('Be brief.', 'What is Rust?')).job.source).toBe('near_duplicate');
    expect(send(chat('Be long.', 'What is Rust?')).job.source).toBe('model');
    expect(send(prompt('What is Rust?')).job.source).toBe('model');
    expect(send({ ...chat('Be brief.', 'What is Rust!'), tenant: 'another' }).job.source).toBe('model');
  });
});
