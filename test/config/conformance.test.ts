import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workspace } from './workspace.ts';

interface Case {
  readonly area: 'config_validate' | 'config_parse';
  readonly given: Readonly<Record<string, unknown>> & { readonly set?: Readonly<Record<string, unknown>> };
  readonly then: { readonly error_field?: string; readonly accepted?: readonly string[] };
}

const cases = readFileSync(new URL('../conformance/config.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

test.each(cases.filter((one) => one.given.set !== undefined))('refused: $given.set', async ({ given, then }) => {
  using place = workspace();
  const { faults } = await place.read({ flags: given.set! });
  expect(faults.map((fault) => fault.path.join('.'))).toEqual([then.error_field]);
});

test.each(cases.filter((one) => one.then.accepted !== undefined))(
  'refused, naming what is accepted: $given',
  async ({ given, then }) => {
    using place = workspace();
    const found = await place.faults({ flags: given });
    expect(found).toHaveLength(1);
    for (const name of then.accepted!) expect(found[0]).toContain(`"${name}"`);
  },
);

test.each(cases.filter((one) => one.given['toml'] !== undefined))('refused: $given.toml', async () => {
  using place = workspace();
  place.write('pipeline.toml', '[resilience]\nretries = 3\n');
  expect(await place.faults()).toEqual([
    expect.stringContaining('resilience.retries = 3 (pipeline.toml:2): unknown key'),
  ]);
});
