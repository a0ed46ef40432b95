import { expect, test } from 'vitest';
import { z } from 'zod';
import { formatFault } from '../../src/config/fault.ts';
import { sectionKeys } from '../../src/config/keys.ts';
import { readConfig } from '../../src/config/load.ts';
import type { ConfigSection } from '../../src/core/config-section.ts';
import { engineSections } from '../../src/sections.ts';

test('every key is described and has a default, an example, or is required', () => {
  for (const key of engineSections.flatMap(sectionKeys)) {
    const { description, examples, default: value } = key.schema;
    expect([key.path.join('.'), description]).toEqual([key.path.join('.'), expect.stringMatching(/\.$/)]);
    expect([key.path.join('.'), value !== undefined || examples !== undefined || key.required]).toEqual([
      key.path.join('.'),
      true,
    ]);
  }
});

const limits = {
  path: 'limits',
  summary: 'Two keys with a rule between them.',
  schema: z
    .strictObject({
      low: z.int().default(1).describe('Low.'),
      high: z.int().default(9).describe('High.'),
      tags: z
        .array(z.enum(['a', 'b']))
        .default([])
        .describe('Tags.'),
    })
    .refine((value) => value.low <= value.high, { path: ['low'], message: 'must be <= limits.high' }),
} as const satisfies ConfigSection;

const guard = {
  path: 'guard_of_limits',
  summary: 'A rule across sections.',
  schema: z.strictObject({ below: z.int().default(100).describe('Below.') }),
  check: (config) => {
    const { limits: one, guard_of_limits: other } = config as {
      limits: { high: number };
      guard_of_limits: { below: number };
    };
    return one.high < other.below ? [] : [{ path: 'limits.high', rule: 'must be < guard_of_limits.below' }];
  },
} as const satisfies ConfigSection;

const faultsOf = async (flags: Readonly<Record<string, unknown>>) =>
  (await readConfig([limits, guard], { environment: {}, cwd: '/nowhere', flags })).faults.map(formatFault);

test('rules between keys are told beside faults of single keys', async () => {
  expect(await faultsOf({ 'limits.low': 20 })).toEqual(['limits.low = 20 (--low): must be <= limits.high']);
  expect(await faultsOf({ 'limits.high': 200, 'limits.tags': ['a', 'c'], stray: 1 })).toEqual([
    'limits.tags.1 = "c" (--tags): must be one of "a", "b"',
    expect.stringMatching(/^stray = 1 \(--stray\): unknown key/),
    'limits.high = 200 (--high): must be < guard_of_limits.below',
  ]);
});

test('a rule across sections is checked even when a table had to be left out', async () => {
  const { faults } = await readConfig([...engineSections, limits, guard], {
    environment: {},
    cwd: '/nowhere',
    flags: { 'providers.a.delay_ms': 1, 'providers.b.kind': 'gpt', 'limits.high': 200 },
  });
  expect(faults.map((fault) => fault.path.join('.'))).toEqual(['providers.a.kind', 'providers.b.kind', 'limits.high']);
});

test('a rule whose own key is faulty already is not told twice', async () => {
  expect(await faultsOf({ 'limits.high': 'x' })).toEqual(['limits.high = "x" (--high): must be an integer']);
});

test('the type of a configuration follows from its sections', async () => {
  const { config } = await readConfig([limits, guard], { environment: {}, cwd: '/nowhere' });
  const high: number | undefined = config?.limits.high;
  const tags: readonly ('a' | 'b')[] | undefined = config?.limits.tags;
  expect([high, tags]).toEqual([9, []]);
});
