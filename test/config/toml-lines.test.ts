import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { expect, test } from 'vitest';
import { formatPath } from '../../src/config/path.ts';
import { locateKeys } from '../../src/config/toml-lines.ts';
import { tomlSource } from '../../src/config/toml-source.ts';
import { leavesOf } from '../../src/config/tree.ts';

/** The same document with the line of every value; each value is that line's number. */
function check(text: string) {
  parse(text);
  const { table } = tomlSource(text, 'x.toml');
  for (const [path, leaf] of leavesOf(table)) {
    expect([formatPath(path), leaf.origin]).toEqual([
      formatPath(path),
      { kind: 'file', file: 'x.toml', line: leaf.value },
    ]);
  }
  return [...leavesOf(table)].length;
}

test('tables, dotted and quoted keys, inline tables', () => {
  const text = `a = 1 # b = 9
[t]   # [x]
"quoted = key" = 3
'literal ] key' . "esc\\u0061pe" = 4

  [ t . "x.y" ]
indented=7
in = { p = 8, q.r = 8, s = { t = 8 } }
[z.deep]
k=10`;
  expect(check(text)).toBe(8);
});

test('what looks like a key inside of values does not count', () => {
  const text = `
s = """
inner = 5
[nope]
\\""" still = 1 """""
l = '''
x = 1'''
e = ["]", '[', """
y = 2
""", # z = 3
  { deep = "}" },
]
d = 1979-05-27 07:32:00
last = 14
[[list]]
k = "="
[[list]]
k = 2
[t]
v = 20
`;
  const lines = locateKeys(text);
  const of = (...path: string[]) => lines.of(path);
  expect([of('s'), of('l'), of('e'), of('d'), of('last'), of('t', 'v')]).toEqual([2, 6, 8, 13, 14, 20]);
  expect([of('inner'), of('nope'), of('still'), of('x'), of('y'), of('z'), of('deep')]).toEqual(
    Array(7).fill(undefined),
  );
});

test('CRLF and a byte order mark change nothing', () => {
  expect(check('\ufeffa = 1\r\n[t]\r\nb = 3\r\n')).toBe(2);
});

test('every value of any document has its line', () => {
  const key = fc
    .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
    .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
  const value = fc.oneof(
    fc.integer(),
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
    fc.boolean(),
  );
  const { document } = fc.letrec((tie) => ({
    document: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, value, tie('document')), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(document, (data) => {
      const text = stringify(data);
      const rows = text.split('\n');
      for (const [path, leaf] of leavesOf(tomlSource(text, 'x').table)) {
        const line = leaf.origin.kind === 'file' ? leaf.origin.line : 0;
        const name = path.at(-1)!;
        const row = rows[line - 1] ?? '';
        const written = Object.keys(parse(row))[0];
        expect(written).toBe(name);
      }
    }),
  );
});
