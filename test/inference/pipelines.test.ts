import { describe, expect, test } from 'vitest';
import { classify, type PromptClass } from '../../src/inference/pipelines/prompt-class.ts';
import { scriptedProvider } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

const item = (i: number) => `${i + 1}. translate the word number ${i}`;

describe('the class of a prompt', () => {
  test.each<[PromptClass, string]>([
    ['code', 'Fix the bug in this:\n```js\nlet x;\n```'],
    ['code', 'def add(a, b):\n    return a + b\n\nwhat does this print?'],
    ['code', 'Write a Python function that reverses a list'],
    ['code', 'SELECT name FROM users WHERE id = 3'],
    ['batch', Array.from({ length: 6 }, (_, i) => item(i)).join('\n')],
    ['batch', 'For each of the following names, give me a birth year: Ada, Alan, Grace'],
    ['document', `Here it is. ${'Lorem ipsum dolor sit amet. '.repeat(300)}`],
    ['document', 'Summarize the attached report in one paragraph'],
    ['reasoning', 'Prove that the square root of two is irrational'],
    ['reasoning', 'What are the trade-offs between TCP and UDP for games?'],
    ['faq', 'What is the capital of France?'],
    ['faq', 'how do I reset my password'],
    ['general', 'Tell me a story about a lighthouse'],
    ['general', ''],
  ])('%s: %s', (expected, text) => expect(classify(text)).toBe(expected));

  test('takes no time to speak of, whatever the prompt', () => {
    // Quantifiers that could run away would not end within the test's time.
    for (const text of [
      'write '.repeat(100_000),
      '- '.repeat(100_000),
      'public '.repeat(50_000),
      '\n'.repeat(200_000),
    ]) {
      expect(typeof classify(text)).toBe('string');
    }
  });
});

function world() {
  const providers = ['fast', 'smart', 'coder'].map((name) => scriptedProvider(name));
  for (const provider of providers) provider.atOnce((attempt) => attempt.emit(provider.name));
  return testEngine({
    providers,
    resilience: { circuit_breaker_threshold: 5 },
    configure(config) {
      config.routing.policy = 'cascade';
      Object.assign(config.pipelines, {
        quick: { class: 'faq', also_serving: [], providers: ['fast'] },
        reasoning: { class: 'reasoning', also_serving: ['general'], providers: ['smart'] },
        code: { class: 'code', also_serving: [], providers: ['coder', 'smart'] },
      });
    },
  });
}

const send = (engine: ReturnType<typeof world>, content: string, fields: object = {}) =>
  engine.send({ id: content.replace(/\W/g, '').slice(0, 30), messages: [{ role: 'user', content }], ...fields }, {});

describe('pipelines', () => {
  test('a prompt goes to the pipeline of its class, to one that also serves it, or to the first', async () => {
    const engine = world();
    const sent = ['What is Rust?', 'Tell me a story', 'Write a function that adds', 'Summarize this report'].map(
      (text) => send(engine, text),
    );
    await happen();
    expect(sent.map(({ outcomes }) => outcomes[0]!.text)).toEqual(['fast', 'smart', 'coder', 'fast']);
    expect(engine.engine.snapshot().routing!.pipelines).toMatchObject({
      quick: { class: 'faq', routed: 2 },
      reasoning: { class: 'reasoning', routed: 1 },
      code: { class: 'code', routed: 1, unserved: 0 },
    });
    expect(engine.engine.explain('WhatisRust')).toMatchObject({ pipeline: 'quick' });
  });

  test('metadata says otherwise', async () => {
    const engine = world();
    const byClass = send(engine, 'What is Rust?', { metadata: { pipeline_class: 'code' } });
    const byName = send(engine, 'What is Go?', { metadata: { pipeline: 'reasoning' } });
    const wrong = send(engine, 'What is C?', { metadata: { pipeline_class: 'poetry' } });
    await happen();
    expect([byClass, byName].map(({ outcomes }) => outcomes[0]!.text)).toEqual(['coder', 'smart']);
    expect(wrong.outcomes[0]!.error).toMatchObject({
      code: 'request_invalid',
      message:
        'metadata.pipeline_class: there is no "poetry"; there are code, reasoning, document, batch, faq, general.',
    });
  });

  test('a request that names a provider goes there', async () => {
    const engine = world();
    const sent = send(engine, 'What is Rust?', { model: 'smart/special' });
    await happen();
    expect(sent.outcomes).toMatchObject([{ text: 'smart', model: 'special' }]);
  });

  test('the policy chooses within the pipeline, and nobody outside stands in', async () => {
    const engine = world();
    engine.engine.breakers.trip('coder');
    const code = send(engine, 'Write a function that adds');
    engine.engine.breakers.trip('fast');
    const faq = send(engine, 'What is Rust?');
    await happen();
    expect(code.outcomes[0]!.text).toBe('smart');
    expect(faq.outcomes).toMatchObject([{ error: { code: 'no_provider_available' } }]);
    expect(engine.engine.snapshot().routing!.pipelines!['quick']).toMatchObject({ unserved: 1 });
  });
});
