import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sectionKeys } from '../../src/config/keys.ts';
import { formatPath, matches } from '../../src/config/path.ts';
import { laterPaths } from '../../src/config/set-aside.ts';
import { serviceSections } from '../../src/server/sections.ts';
import { workspace } from './workspace.ts';

test("the document's sample loads unchanged, with one warning that names what has no effect yet", async () => {
  using place = workspace();
  place.write('pipeline.toml', readFileSync(new URL('fixtures/document-sample.toml', import.meta.url), 'utf8'));
  const { config, warnings } = await place.load();
  expect(config.pipeline).toEqual({
    name: 'production',
    version: '1.0',
    description: 'Optional human-readable description',
  });
  expect(config.stages.rag).toMatchObject({ sources: [], timeout_ms: 5000, max_context_tokens: 2048 });
  expect(config.stages.inference).toMatchObject({
    worker: 'anthropic',
    model: 'claude-sonnet-4-6',
    max_tokens: 1024,
    temperature: 0.7,
    timeout_ms: 30_000,
  });
  expect(config.deduplication).toEqual({ enabled: true, window_s: 300, max_entries: 10_000 });
  expect(config.rate_limits).toMatchObject({ enabled: true, requests_per_second: 100, burst_capacity: 20 });
  expect(config.resilience).toMatchObject({ retry_attempts: 3, circuit_breaker_threshold: 5 });
  expect(Object.keys(config).sort()).toEqual([
    'batch',
    'cache',
    'dead_letters',
    'deduplication',
    'guard',
    'observability',
    'pipeline',
    'pipelines',
    'plugins',
    'pool',
    'providers',
    'rate_limits',
    'resilience',
    'routing',
    'semantic_dedup',
    'server',
    'stages',
    'storage',
    'tenants',
    'token_budget',
  ]);
  expect(warnings).toHaveLength(1);
  for (const name of ['observability.tracing_endpoint', 'distributed.redis_url']) {
    expect(warnings[0]).toContain(name);
  }
});

test('a section that is only opened is named, too', async () => {
  using place = workspace();
  place.write('pipeline.toml', '[self_improving]\n[stages.rag]\n');
  expect((await place.load()).warnings).toEqual([
    'known, but not supported yet, so these have no effect: self_improving',
  ]);
});

test('keys from all layers are told in one warning', async () => {
  using place = workspace();
  place.write('pipeline.toml', '[experiments.tone]\nanything = { goes = 1 }\n[audit]\ncapacity = 1\n');
  const { warnings } = await place.load({
    environment: { ORCHESTRATOR__RUNTIME__SHARDS: '1' },
    set: ['templates.file=x'],
  });
  expect(warnings).toEqual([
    'known, but not supported yet, so these have no effect: experiments.tone, audit.capacity, runtime.shards, templates.file',
  ]);
});

test('no key is both in a section and said to come later', () => {
  const both = serviceSections
    .flatMap(sectionKeys)
    .filter((key) => laterPaths().some((path) => matches(path, key.path)));
  expect(both.map((key) => formatPath(key.path))).toEqual([]);
});
