import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextTemplate } from '../../../src/providers/http/text-template.ts';

const piece = (content: string, more: object = {}): string =>
  JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more });

const contentOf = (data: string): string => JSON.parse(data).choices[0].delta.content;

test('a piece that differs in its text alone is read without parsing it', () => {
  const template = new TextTemplate('content');
  expect(template.textIn(piece('one'))).toBeNull();
  template.learn(piece('one'), 'one', undefined);
  expect(template.textIn(piece(' two 漢字'))).toBe(' two 漢字');
});

test.each([
  ['a text that is escaped', piece('say "hi"')],
  ['a line break', piece('a\nb')],
  ['no text', piece('')],
  ['another id', piece('x').replace('"c"', '"d"')],
  ['an end', piece('x').replace('null', '"stop"')],
  ['a field more', piece('x', { usage: { prompt_tokens: 1 } })],
  ['a control character that JSON does not allow', piece('x').replace('"x"', '"\u0001"')],
  ['the end', '[DONE]'],
])('it is parsed when there is %s', (_what, data) => {
  const template = new TextTemplate('content');
  template.learn(piece('one'), 'one', undefined);
  expect(template.textIn(data)).toBeNull();
});

test('nothing is learned from a piece that has the field twice, or says the text in another way', () => {
  for (const [data, text] of [
    [piece('x', { content: 'x' }), 'x'],
    [piece('say "hi"'), 'say "hi"'],
    [piece('x').replace('"x"', '"\\u0078"'), 'x'],
    ['{"other":1}', 'x'],
  ] as const) {
    const template = new TextTemplate('content');
    template.learn(data, text, undefined);
    expect(template.textIn(data)).toBeNull();
  }
});

test('whatever it reads is what parsing reads', () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(texts, fc.boolean(), (said, spaced) => {
      const template = new TextTemplate('content');
      for (const text of said) {
        const data = spaced ? piece(text).replaceAll('":', '": ') : piece(text);
        const read = template.textIn(data);
        if (read !== null) expect(read).toBe(contentOf(data));
        else template.learn(data, contentOf(data), undefined);
      }
    }),
  );
});

const events = (...said: readonly string[]): string => said.map((text) => `data: ${piece(text)}\n\n`).join('');
const many = Array.from({ length: 50 }, (_, i) => ` ${i}`);

test('texts of many events in a row are read as one, up to whatever else there is', () => {
  const template = new TextTemplate('content');
  expect(template.textsIn(events(...many), 0)).toBeNull();
  template.learn(piece('one'), 'one', undefined);
  const row = events(...many);
  for (const behind of ['', 'data: [DONE]\n\n', events('say "hi"', 'x'), row.slice(0, 40), `${events('a\nb')}${row}`]) {
    expect(template.textsIn(`: x\n\n${row}${behind}`, 5)).toBe(many.join(''));
    expect(template.end).toBe(5 + row.length);
  }
  expect(template.textsIn(`: x\n\n${row}`, 0)).toBeNull();
  expect(template.textsIn(events('one', 'two'), 0)).toBeNull();
});

test('a name is part of what must be the same', () => {
  const template = new TextTemplate('content');
  template.learn(piece('one'), 'one', 'delta');
  const named = events(...many).replaceAll('data:', 'event: delta\ndata:');
  expect(template.textsIn(named, 0)).toBe(many.join(''));
  expect(template.textsIn(named.replace('delta', 'other'), 0)).toBeNull();
  expect(template.textsIn(events(...many), 0)).toBeNull();
});

test('a row of events reads the same at once and one by one, whatever stands in it', () => {
  const text = fc.oneof(
    { weight: 9, arbitrary: fc.string({ maxLength: 4 }) },
    fc.constantFrom('"', '\\', '\n', '', '漢'),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 33, maxLength: 60 }), (said) => {
      const template = new TextTemplate('content');
      template.learn(piece('one'), 'one', undefined);
      const row = events(...said);
      const read = template.textsIn(row, 0);
      if (read === null) return;
      const taken = row.slice(0, template.end).split('\n\n').slice(0, -1);
      expect(taken.map((event) => contentOf(event.slice('data: '.length))).join('')).toBe(read);
    }),
  );
});
