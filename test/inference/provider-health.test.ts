import { expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { ProviderRecord } from '../../src/inference/provider-record.ts';

const MINUTE = 60_000;
const down = new OrchestratorError('provider_unavailable', 'down');

test('the rate and the latency are those of the last hour, to five minutes', () => {
  const record = new ProviderRecord();
  for (let i = 0; i < 10; i++) record.ended(1000, down, i);
  expect(record.health(MINUTE)).toMatchObject({ success_rate_1h: 0, consecutive_failures: 10, state: 'unhealthy' });
  for (let minute = 10; minute < 40; minute++) record.ended(10, null, minute * MINUTE);
  expect(record.health(40 * MINUTE)).toMatchObject({ success_rate_1h: 0.75, state: 'healthy' });
  expect(record.health(40 * MINUTE).p50_1h_ms).toBeCloseTo(10, 0);
  const later = record.health(70 * MINUTE);
  expect(later.success_rate_1h).toBe(1);
  expect(later.p95_1h_ms).toBeLessThan(20);
  expect(record.health(1000 * MINUTE)).toMatchObject({ success_rate_1h: null, p50_1h_ms: 0 });
});

test('answers that nobody timed count, although nobody told of them one by one', () => {
  const record = new ProviderRecord();
  record.ok += 3;
  record.failed(down, 5);
  expect(record.health(10).success_rate_1h).toBe(0.75);
  expect(record.failuresInARow).toBe(1);
  record.ok++;
  expect(record.failuresInARow).toBe(0);
});

test('being rate limited is no failure, and a request at fault is no failure of the provider', () => {
  const record = new ProviderRecord();
  record.failed(down, 0);
  record.failed(down, 1);
  record.failed(new OrchestratorError('provider_rate_limited', 'later', { retryAfterMs: 100 }), 2);
  expect(record.failuresInARow).toBe(2);
  expect(record.limitedUntil).toBe(102);
  record.failed(new OrchestratorError('request_rejected', 'bad'), 3);
  expect(record.failuresInARow).toBe(0);
});

test('fast failures make nobody fast, and answers that were given up make nobody faster', () => {
  const record = new ProviderRecord();
  for (let i = 0; i < 50; i++) record.ended(1, down, i);
  expect(record.answers.count).toBe(0);
  record.ended(30_000, new OrchestratorError('provider_timeout', 'slow'), 100);
  expect(record.answers.quantile(0.95)).toBe(30_000);
});
