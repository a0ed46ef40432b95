import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowThrough } from '../../src/core/text-flow.ts';
import { estimateTokens } from '../../src/core/tokens.ts';
import { createConfig } from '../../src/index.ts';
import { createShaping } from '../../src/prompts/text-shaping.ts';
import { chainOf, createTransform } from '../../src/prompts/transforms/chain.ts';
import type { TransformSpec } from '../../src/prompts/transforms/index.ts';
import { happen, testEngine } from '../support/test-engine.ts';
import { anyCuts, anySpecs, anyText, cutAt } from './transforms/texts.ts';

const answering = (...transforms: readonly TransformSpec[]) => testEngine({ transforms: { answer: transforms } });
const asking = (...transforms: readonly TransformSpec[]) => testEngine({ transforms: { prompt: transforms } });

const REGEX: TransformSpec = { kind: 'regex_replace', pattern: 'a', replacement: 'b' };

describe('the answer', () => {
  test('is streamed as it is collected, whatever the transforms and the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anySpecs, anyCuts, fc.boolean(), async (text, specs, cuts, hooked) => {
        const { engine, provider, send } = answering(...specs);
        if (hooked) engine.hook('after:inference', { name: 'look', run: () => 'continue' });
        const one = send('go');
        provider.call('go').answer(...cutAt(text, cuts));
        await happen();
        const expected = flowThrough(chainOf(specs.map(createTransform))(), text);
        expect(one.outcomes).toMatchObject([{ status: 'completed', text: expected }]);
        expect(one.streamed).toBe(expected);
        expect(one.outcomes[0]!.usage).toMatchObject({ output_tokens: estimateTokens(text) });
      }),
      { numRuns: 200 },
    );
  });

  test('flows on while it is changed', async () => {
    const { provider, send } = answering('trim', 'truncate:100', 'prepend:> ');
    const one = send('go');
    const call = provider.call('go').stream(' one ', 'two ', 'thr');
    expect(one.streamed).toBe('> one two');
    call.answer('ee ');
    await happen();
    expect([one.streamed, one.outcomes[0]!.text]).toEqual(['> one two three', '> one two three']);
  });

  test('waits for its end where one transform needs the whole of it', async () => {
    const { provider, send } = answering('trim', REGEX);
    const one = send('go');
    const call = provider.call('go').stream('a', 'a');
    expect(one.streamed).toBe('');
    call.answer();
    await happen();
    expect([one.streamed, one.outcomes[0]!.text]).toEqual(['bb', 'bb']);
  });

  test('is seen by a late listener as it is by the others', async () => {
    const { provider, send } = answering('prepend:> ', 'append: <');
    const one = send('go');
    const call = provider.call('go').stream('a');
    let late = '';
    one.job.subscribe((text) => {
      late += text;
    });
    call.answer('b');
    await happen();
    expect(late).toBe('> ab <');
  });

  test('that is held for a hook is changed after the hooks before it, and before those behind it', async () => {
    const { engine, provider, send } = answering('trim', 'append:!');
    const seen: string[] = [];
    for (const at of ['after:inference', 'before:post_process', 'after:post_process', 'before:stream'] as const) {
      engine.hook(at, { name: at, run: ({ text }) => void seen.push(text) });
    }
    const one = send('go');
    provider.call('go').answer(' hi ');
    await happen();
    expect(seen).toEqual([' hi ', ' hi ', 'hi!', 'hi!']);
    expect([one.streamed, one.outcomes[0]!.text]).toEqual(['hi!', 'hi!']);
  });

  test('that breaks off is what was streamed, without its rest', async () => {
    const { provider, send } = answering('append:!', 'trim');
    const one = send('go');
    provider.call('go').stream('half ').fail();
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'failed', text: 'half' }]);
    expect(one.streamed).toBe('half');
  });

  test('of nothing but tool calls stays empty', async () => {
    const { provider, send } = answering('append:!');
    const one = send('go');
    const call = provider.call('go');
    call.attempt.toolCalls = [{ id: '1', name: 'look', arguments: '{}' }];
    call.answer();
    await happen();
    expect(one.outcomes).toMatchObject([{ status: 'completed', text: '' }]);
  });

  test('costs what the provider counted, or what it said', async () => {
    const { provider, send } = answering('length_cap:1');
    const counted = send('counted');
    const call = provider.call('counted');
    call.attempt.outputTokens = 70;
    call.answer('a long answer');
    const estimated = send('estimated');
    provider.call('estimated').answer('a long answer');
    await happen();
    expect(counted.outcomes[0]).toMatchObject({ text: 'a lo', usage: { output_tokens: 70 } });
    expect(estimated.outcomes[0]).toMatchObject({ text: 'a lo', usage: { output_tokens: 4, estimated: true } });
  });

  test('is left alone when the stage is off', async () => {
    const config = createConfig({ stages: { post_process: { enabled: false, transforms: ['append:!'] } } });
    expect(createShaping(config.stages).read()).toBeUndefined();
  });
});

describe('the prompt', () => {
  test('is changed in its last user message only, before the model gets it', () => {
    const { provider, send } = asking('trim', 'append:?');
    const messages = [
      { role: 'user', content: ' first ' },
      { role: 'assistant', content: ' ok ' },
      { role: 'user', content: ' second ' },
      { role: 'assistant', content: ' so ' },
    ] as const;
    const one = send({ id: 'one', messages });
    expect(provider.calls[0]!.attempt.messages).toEqual([
      ...messages.slice(0, 2),
      { role: 'user', content: 'second?' },
      messages[3],
    ]);
    expect(one.request.messages).toBe(messages);
  });

  const image = { type: 'image', url: 'x' };
  const text = (words: string) => ({ type: 'text', text: words });

  test.each([
    [
      [image, text(' look '), image, text('at this ')],
      [image, text('look at this'), image],
    ],
    [
      [image, text('look')],
      [image, text('look')],
    ],
    [[image], [image]],
  ])('in parts is one text, where its first part stood: %j', (content, expected) => {
    const { provider, send } = asking('trim');
    send({ id: 'one', messages: [{ role: 'user', content }] });
    expect(provider.calls[0]!.attempt.messages[0]!.content).toEqual(expected);
  });

  test('that is none is left alone', () => {
    const { provider, send } = asking('append:?');
    const messages = [{ role: 'assistant', content: 'well' }] as const;
    send({ id: 'one', messages });
    expect(provider.calls[0]!.attempt.messages).toBe(messages);
  });
});

test('the snapshot counts texts', () => {
  const { engine, provider, clock, send } = testEngine({ transforms: { prompt: ['trim'], answer: ['append:!'] } });
  provider.atOnce((attempt) => attempt.emit('yes'));
  for (const text of [' a', 'b']) send(text);
  clock.advance(200);
  expect(engine.snapshot().transforms).toEqual({
    assemble: { texts: 2, changed: 1, input_len: 3, output_len: 2 },
    post_process: { texts: 2, changed: 2, input_len: 6, output_len: 8 },
  });
});

test('where nothing is configured nothing is put around the work', () => {
  const shaping = createShaping(createConfig().stages);
  const work = () => undefined;
  expect([shaping.prompt(work), shaping.answer(work), shaping.finish(work)]).toEqual([work, work, work]);
  expect(testEngine().engine.snapshot()).not.toHaveProperty('transforms');
});

test('another configuration changes the requests that come after it, and keeps numbers of transforms that stay', async () => {
  const { engine, provider, send } = answering('append:1');
  const early = send('early');
  engine.apply(createConfig({ stages: { post_process: { transforms: ['append:2'] } } }));
  const late = send('late');
  engine.apply(
    createConfig({ stages: { post_process: { transforms: ['append:2'] }, assemble: { system: 'be brief' } } }),
  );
  for (const name of ['early', 'late']) provider.call(name).answer('a');
  await happen();
  expect([early.outcomes[0]!.text, late.outcomes[0]!.text]).toEqual(['a1', 'a2']);
  expect(engine.snapshot().transforms?.post_process?.texts).toBe(2);
});
