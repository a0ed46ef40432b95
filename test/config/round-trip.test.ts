import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { configToml } from '../../src/config/show.ts';
import { workspace } from './workspace.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const visible = text.filter((value) => /\S/.test(value));
const capacity = fc.integer({ min: 1, max: 100_000 });
const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const share = (max: number) => fc.double({ min: 0, max, noNaN: true }).map(Math.abs);
const some = <Shape extends object>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  fc.record(shape, { requiredKeys: [] });

const configuration = some({
  pipeline: some({ name: visible, version: visible, description: text }),
  stages: some({
    rag: some({ enabled: fc.boolean(), channel_capacity: capacity }),
    assemble: some({ enabled: fc.boolean(), system: text, channel_capacity: capacity }),
    inference: some({
      worker: fc.constantFrom('anthropic', 'open_ai', 'llama_cpp', 'vllm', 'echo'),
      model: visible,
      max_tokens: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      temperature: share(2),
      timeout_ms: count,
      inference_workers: capacity,
    }),
  }),
  dead_letters: some({ capacity: fc.integer({ min: 1, max: 1_000_000 }) }),
  providers: fc.dictionary(
    fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_./:-]{0,10}$/),
    fc.record(
      { kind: fc.constant('echo'), model: visible, delay_ms: fc.nat(), jitter_ms: fc.nat(), failure_rate: share(1) },
      { requiredKeys: ['kind'] },
    ),
    { maxKeys: 3 },
  ),
  storage: some({ path: visible }),
});

test('whatever is valid is shown as TOML that loads as the same configuration', async () => {
  using place = workspace();
  await fc.assert(
    fc.asyncProperty(configuration, async (written) => {
      const first = await place.load({ flags: written });
      const shown = configToml(first.config, first.origins);
      place.write('shown.toml', shown);
      const second = await place.load({ file: 'shown.toml' });
      expect(second.config).toEqual(first.config);
      expect(configToml(second.config)).toBe(configToml(first.config));
    }),
    { numRuns: 60 },
  );
});

test('what is shown is masked where it is a secret, and escaped where it would hide text', () => {
  const shown = configToml({
    a: { api_key: 'hunter2', api_key_env: 'NAME', url: 'redis://me:hunter2@host', text: 'x\u202ey' },
  });
  expect(shown).not.toMatch(/hunter2|\u202e/);
  expect(parse(shown)).toMatchObject({ a: { api_key: '***', api_key_env: 'NAME', text: 'x\u202ey' } });
});
