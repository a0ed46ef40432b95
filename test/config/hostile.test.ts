import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { expect, test } from 'vitest';
import { faultRecord, formatFault } from '../../src/config/fault.ts';
import { sectionKeys } from '../../src/config/keys.ts';
import { laterPaths } from '../../src/config/set-aside.ts';
import { serviceSections } from '../../src/server/sections.ts';
import { workspace } from './workspace.ts';

const names = [...new Set([...serviceSections.flatMap(sectionKeys).map((key) => key.path), ...laterPaths()].flat())];
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  fc.constantFrom('toString', 'valueOf', 'hasOwnProperty', '', ' ', '\u202e', 'a.b', 'workers', 'channel_sizes'),
  fc.string({ maxLength: 5 }),
);
const value = fc.oneof(
  fc.constantFrom('echo', 'vllm', '', 'sk-0123456789', '\u001b[2J'),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.array(fc.oneof(fc.string(), fc.dictionary(name, fc.boolean(), { maxKeys: 2 })), { maxLength: 3 }),
);
const { document } = fc.letrec((tie) => ({
  document: fc.dictionary(
    name.filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key)),
    fc.oneof({ depthSize: 'small' }, value, tie('document')),
    { maxKeys: 5 },
  ),
}));

test('whatever known and unknown names hold, the end is a configuration or faults with a place', async () => {
  using place = workspace();
  await fc.assert(
    fc.asyncProperty(document, async (data) => {
      place.write('pipeline.toml', stringify(data));
      const { config, faults } = await place.read();
      expect(config === null).toBe(faults.length > 0);
      for (const fault of faults) {
        expect(fault.origin).toMatchObject({ kind: 'file', file: 'pipeline.toml' });
        expect(fault.origin.kind === 'file' && fault.origin.line > 0).toBe(true);
        expect(formatFault(fault)).not.toMatch(/\u001b|\u202e|\n|sk-0123456789/);
        expect(JSON.stringify(faultRecord(fault))).toContain('message');
      }
    }),
    { numRuns: 300 },
  );
});

test('any text at all is a configuration or faults', async () => {
  using place = workspace();
  const line = fc.constantFrom(
    '[',
    ']',
    '"',
    "'",
    '"""',
    "'''",
    '=',
    '.',
    '{',
    '}',
    ',',
    '#',
    '\\',
    '\n',
    '\r',
    'a',
    '1',
    ' ',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(line).map((all) => all.join('')),
      ),
      async (text) => {
        place.write('pipeline.toml', text);
        const { config, faults } = await place.read();
        expect(config === null).toBe(faults.length > 0);
      },
    ),
    { numRuns: 500 },
  );
});
