import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { probeWaitMs } from '../../src/inference/layers/breaker/circuit-breaker.ts';
import { backoffMs } from '../../src/inference/layers/retry/retry-policy.ts';
import { AdaptiveTimeout } from '../../src/inference/layers/timeout/adaptive-timeout.ts';
import { happen, testEngine } from '../support/test-engine.ts';
import { BreakerWorld } from './layers/breaker/breaker.ts';

interface Case {
  readonly area: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly when: unknown;
  readonly then: Readonly<Record<string, unknown>>;
}

const cases = readFileSync(new URL('../conformance/resilience.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

const check: Readonly<Record<string, (one: Case) => void | Promise<void>>> = {
  // One probe a round, as those tests have it: see docs/deviations.md.
  circuit_breaker({ given, when, then }) {
    const world = new BreakerWorld({
      threshold: given['failure_threshold'] as number,
      successRate: given['success_rate'] as number,
      timeoutMs: given['timeout_ms'] as number,
      probes: 1,
    });
    let last = '';
    for (const one of when as ('fail' | 'ok' | { advance_ms: number })[]) {
      if (typeof one === 'object') world.wait(one.advance_ms);
      else last = world.calls(one === 'ok' ? 'ok' : 'failure')[0] ? one : 'rejected_without_running';
    }
    expect(world.picture.state).toBe(then['state']);
    if ('last_call' in then) expect(last).toBe(then['last_call']);
    if ('probe_failures' in then) expect(world.picture.failed_rounds).toBe(then['probe_failures']);
  },

  circuit_breaker_backoff({ given, then }) {
    const waits = (given['failed_probes'] as number[]).map((rounds) =>
      probeWaitMs(rounds, given['timeout_ms'] as number),
    );
    expect(waits).toEqual(then['wait_ms']);
  },

  // The longest that full jitter may make of it.
  retry_delay({ given, then }) {
    const settings = { baseMs: given['initial_ms'] as number, maxMs: given['cap_ms'] as number };
    expect([1, 2, 3].map((attempts) => backoffMs(attempts, settings))).toEqual(then['delays_ms']);
  },

  async retry({ given, then }) {
    const outcomes = [...(given['outcomes'] as ('fail' | 'ok')[])];
    const { send, clock, provider } = testEngine({ resilience: { retry_attempts: given['max_attempts'] as number } });
    const sent = send('go');
    for (const outcome of outcomes) {
      if (outcome === 'ok') provider.call('go').answer('ok');
      else provider.call('go').fail();
      await happen();
      clock.advance(10_000);
      await happen();
    }
    expect(sent.outcomes).toMatchObject([{ attempts: then['attempts'], text: then['result'] }]);
  },

  adaptive_timeout({ given, then }) {
    const adaptive = new AdaptiveTimeout(given['min_ms'] as number, 60_000);
    for (let ms = 1; ms <= 100; ms++) adaptive.record(ms);
    expect(adaptive.p95Ms).toBe(then['p95_ms']);
    expect(adaptive.limitMs).toBe(then['timeout_ms']);
  },
};

describe('what the document’s tests say', () => {
  test.each(cases)('$area: $given $when', (one) => check[one.area]!(one));
});
