import { expect, test } from 'vitest';
import { createConfig } from '../../src/index.ts';
import { reuseSettings } from '../../src/reuse/settings.ts';

const settings = (values: object) => reuseSettings(createConfig(values));

test('by default identical requests are reused for five minutes, near-duplicates are not', () => {
  expect(settings({})).toEqual({
    shareCalls: true,
    store: { maxEntries: 10_000, ttlMs: 300_000, maxKeyLength: 16_384 },
    near: null,
  });
});

test('either section turns the one store on, and what the cache says wins', () => {
  expect(settings({ deduplication: { enabled: false } })).toBeNull();
  expect(settings({ deduplication: { enabled: false }, cache: { enabled: true } })).toMatchObject({
    shareCalls: false,
    store: { maxEntries: 1024, ttlMs: 300_000 },
  });
  expect(
    settings({ deduplication: { window_s: 10, max_entries: 5 }, cache: { max_entries: 7, max_prompt_len: 1 } }),
  ).toMatchObject({ shareCalls: true, store: { maxEntries: 7, ttlMs: 10_000, maxKeyLength: 1 } });
  expect(settings({ deduplication: { window_s: 10 }, cache: { default_ttl_s: 20 } })!.store.ttlMs).toBe(20_000);
});

test('opening the section of near-duplicates turns them on', () => {
  expect(settings({ semantic_dedup: {} })!.near).toEqual({
    similarityThreshold: 3,
    windowMs: 300_000,
    maxEntries: 10_000,
  });
  expect(settings({ semantic_dedup: { enabled: false, similarity_threshold: 1 } })!.near).toBeNull();
});

test('they need neither deduplication nor the cache: what they are compared with is kept for them', () => {
  const alone = { deduplication: { enabled: false }, semantic_dedup: { window_secs: 20, max_entries: 7 } };
  expect(settings(alone)).toEqual({
    shareCalls: false,
    store: { maxEntries: 7, ttlMs: 20_000, maxKeyLength: 16_384 },
    near: { similarityThreshold: 3, windowMs: 20_000, maxEntries: 7 },
  });
  const cached = { ...alone, cache: { enabled: true, max_entries: 9 } };
  expect(settings(cached)!.store).toMatchObject({ maxEntries: 9, ttlMs: 300_000 });
});

test('a window of nothing is no window, unless there is none', () => {
  expect(() => createConfig({ deduplication: { window_s: 0 } })).toThrow(/deduplication.window_s.*must be > 0/);
  expect(createConfig({ deduplication: { window_s: 0, enabled: false } }).deduplication.window_s).toBe(0);
  expect(() => createConfig({ deduplication: { max_entries: 1_000_001 } })).toThrow(/deduplication.max_entries/);
  expect(() => createConfig({ semantic_dedup: { similarity_threshold: 8 } })).toThrow(/similarity_threshold/);
});
