import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/inference/pipelines/prompt-class.ts';
import { EwmaController } from '../../../src/inference/pool/ewma.ts';
import { Arbitrage } from '../../../src/inference/routers/arbitrage/arbitrage.ts';
import { SmoothWeighted } from '../../../src/inference/routers/weighted/smooth-weighted.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { happen, testEngine } from '../../support/test-engine.ts';

interface Case {
  readonly area: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly when: string;
  readonly then: Readonly<Record<string, unknown>>;
}

const cases = readFileSync(new URL('../../conformance/routing.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

const check: Readonly<Record<string, (one: Case) => void | Promise<void>>> = {
  load_balancer({ given, when, then }) {
    const weights = given['weights'] as Record<string, number>;
    const turns = new SmoothWeighted<string>((key) => weights[key]!);
    const counts: Record<string, number> = {};
    for (let i = 0; i < Number(/x(\d+)/.exec(when)![1]); i++) {
      const key = turns.pick(Object.keys(weights));
      counts[key] = (counts[key] ?? 0) + 1;
    }
    expect(counts).toEqual(then['counts']);
  },

  intent_class({ given, then }) {
    expect(classify(given['prompt'] as string)).toBe(then['class']);
  },

  async provider_chain({ then }) {
    const [a, b] = [scriptedProvider('a'), scriptedProvider('b')];
    const world = testEngine({
      providers: [a, b],
      resilience: { retry_attempts: 3 },
      configure: ({ routing }) => {
        routing.policy = 'cascade';
      },
    });
    world.engine.breakers.trip('a');
    const sent = world.send('go');
    b.call('go').answer('ok');
    await happen();
    expect(sent.outcomes).toMatchObject([{ provider: then['used'], attempts: then['attempts'] }]);
    expect(a.calls).toEqual([]);
  },

  arbitrage({ given, then }) {
    const p95 = given['p95_ms'] as Record<string, number>;
    const cost = given['cost'] as Record<string, number>;
    const offers = Object.keys(p95).map((key) => ({
      ...{ key, cost: cost[key]!, p95Ms: p95[key]!, priority: 0, busy: false },
    }));
    const arbitrage = new Arbitrage<string>();
    const selected = [200, 90, Number.POSITIVE_INFINITY].map((sla) => arbitrage.select(offers, sla, 0).key);
    expect(selected).toEqual(then['selected']);
    expect(arbitrage.misses).toBe(then['misses']);
  },

  pool_sizer({ given, then }) {
    const { alpha, cooldown, fill } = given as { alpha: number; cooldown: number; fill: number[] };
    const controller = new EwmaController({ alpha, cooldown, scaleUp: 0.7, scaleDown: 0.2, step: 1 });
    const advice = fill.map((depth) => controller.observe({ depth, capacity: 1 })).at(-1)!;
    expect(advice.change === 0 ? 'hold' : 'scale').toBe(then['action']);
    expect(controller.fill).toBeCloseTo(then['ewma'] as number, 6);
  },
};

describe('what the document’s tests say', () => {
  test.each(cases)('$area: $given $when', (one) => check[one.area]!(one));
});
