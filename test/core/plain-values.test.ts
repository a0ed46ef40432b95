import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIds } from '../../src/core/ids.ts';
import { seededRandom } from '../../src/core/random.ts';
import { lastUserText, type Message } from '../../src/core/request.ts';
import { Secret } from '../../src/core/secret.ts';
import { estimateMessageTokens, estimateTokens } from '../../src/core/tokens.ts';

describe('ids', () => {
  test('fit everywhere an id goes, however unlucky the draw and long the run', () => {
    for (const random of [() => 0, () => 1 - 2 ** -53, seededRandom(7)]) {
      const ids = createIds('req', random);
      for (let i = 0; i < 100; i++) expect(ids()).toMatch(/^req-[0-9a-z]{8}-[0-9a-z]+$/);
    }
    expect(createIds('p'.repeat(40), () => 0)()).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  test('never come twice', () => {
    const random = seededRandom(1);
    const [mine, theirs] = [createIds('req', random), createIds('req', random)];
    const drawn = Array.from({ length: 1000 }, () => [mine(), theirs()]).flat();
    expect(new Set(drawn).size).toBe(2000);
  });
});

describe('a seeded generator', () => {
  const draw = (seed: number, count: number) => Array.from({ length: count }, seededRandom(seed));

  test('repeats itself, and another seed does not', () => {
    expect(draw(42, 50)).toEqual(draw(42, 50));
    expect(draw(42, 50)).not.toEqual(draw(43, 50));
  });

  test('is uniform in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const numbers = draw(seed, 2000);
        const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
        // Six standard deviations of the mean of 2,000 uniform numbers.
        expect(Math.abs(mean - 0.5)).toBeLessThan((6 * Math.sqrt(1 / 12)) / Math.sqrt(2000));
        for (const number of numbers) expect(number >= 0 && number < 1).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a secret', () => {
  const canary = 'sk-canary-0123456789';
  const secret = new Secret(canary);

  const printed = (print: (console: Console) => void): string => {
    let text = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    print(new Console(stream, stream));
    return text;
  };

  test.each([
    ['a template', () => `${secret}`],
    ['a sum', () => `key: ${String(secret)}${secret}`],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspection', () => inspect({ secret }, { depth: null, showHidden: true })],
    ['inspection that ignores us', () => inspect(secret, { customInspect: false, showHidden: true, getters: true })],
    ['a format', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
    ['the console', () => printed((console) => console.log('key', secret, { secret }))],
    ['a directory', () => printed((console) => console.dir({ secret }, { showHidden: true, customInspect: false }))],
    ['a table', () => printed((console) => console.table([{ secret }]))],
    ['its keys', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String)])],
    ['a copy', () => inspect([{ ...secret }, structuredClone(secret), Object.assign({}, secret)])],
    ['an error', () => inspect(new Error(`bad key ${secret}`, { cause: secret }))],
  ])('does not show in %s', (_where, show) => {
    const shown = show();
    expect(shown).not.toContain(canary);
    expect(shown).not.toBe('');
  });

  test('shows itself to the one who asks', () => expect(secret.reveal()).toBe(canary));
  test('is recognisable as a secret', () => expect([`${secret}`, inspect(secret)]).toEqual(['***', '***']));
});

describe('the estimate of tokens', () => {
  test('is a quarter of the UTF-8 bytes, rounded up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = new TextEncoder().encode(text).length;
        const tokens = estimateTokens(text);
        expect(tokens * 4 >= bytes && (tokens - 1) * 4 < bytes).toBe(true);
      }),
    );
    expect(['', 'a', 'abcd', 'abcde', 'ééé', '😀'].map(estimateTokens)).toEqual([0, 1, 1, 2, 2, 1]);
  });

  test('of a conversation counts the text of all messages together', () => {
    const messages: Message[] = [
      { role: 'system', content: 'abc' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'def' },
          { type: 'image', url: 'x'.repeat(100) },
        ],
      },
    ];
    expect(estimateMessageTokens(messages)).toBe(2);
  });
});

test('the last user message is the question, whatever came after it', () => {
  const messages: Message[] = [
    { role: 'user', content: 'first' },
    { role: 'user', content: [{ type: 'text', text: 'sec' }, { type: 'image' }, { type: 'text', text: 'ond' }] },
    { role: 'assistant', content: 'answer' },
  ];
  expect(lastUserText(messages)).toBe('second');
  expect(lastUserText([{ role: 'system', content: 'only' }])).toBe('');
});
