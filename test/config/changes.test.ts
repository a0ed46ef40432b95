import { expect, test } from 'vitest';
import { describeChange, liveChanges } from '../../src/config/changes.ts';
import { configFromValues } from '../../src/config/from-values.ts';
import { engineSections } from '../../src/sections.ts';

const config = (values: object) => configFromValues(engineSections, values);
const changes = (before: object, after: object) => liveChanges(engineSections, config(before), config(after));

test('nothing changed is no change', () => {
  expect(changes({}, {})).toMatchObject({ applied: [], refused: [] });
});

test('what can change live is merged into the running configuration; the rest is refused and stays', () => {
  const inference = { model: 'big', temperature: 0.5, inference_workers: 3 };
  const set = changes(
    { stages: { inference: { temperature: 0.1 } } },
    { stages: { inference, rag: { enabled: false } } },
  );
  expect(set.applied.map(describeChange).sort()).toEqual([
    'stages.inference.model: (not set) → "big"',
    'stages.inference.temperature: 0.1 → 0.5',
  ]);
  expect(set.refused.map(describeChange).sort()).toEqual([
    'stages.inference.inference_workers: 64 → 3',
    'stages.rag.enabled: true → false',
  ]);
  expect(set.config).toEqual(config({ stages: { inference: { model: 'big', temperature: 0.5 } } }));
});

test('what changes stays in its place: the first provider is the first one still', () => {
  const providers = (delay_ms: number) => ({ providers: { b: { kind: 'echo', delay_ms }, a: { kind: 'echo' } } });
  expect(Object.keys(changes(providers(1), providers(2)).config.providers)).toEqual(['b', 'a']);
});

test('a key that is taken out goes back to not being set, a provider that is taken out goes', () => {
  const providers = { a: { kind: 'echo' }, b: { kind: 'echo', delay_ms: 5 } };
  const set = changes({ stages: { inference: { model: 'm' } }, providers }, { providers: { a: { kind: 'echo' } } });
  expect(set.refused).toEqual([]);
  expect(set.config).toEqual(config({ providers: { a: { kind: 'echo' } } }));
});
