import { expect, test } from 'vitest';
import { DEMO_VALUES, Demo } from '../../commands/tui/demo.ts';
import { createIds } from '../../src/core/ids.ts';
import { seededRandom } from '../../src/core/random.ts';
import { createConfig, createEngine } from '../../src/index.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { happen } from '../support/test-engine.ts';

/** The demo under a virtual clock, second by second. */
function started(seed = 1) {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const engine = createEngine(createConfig(DEMO_VALUES), { clock, random });
  const demo = new Demo(engine, clock, random, createIds('req', random));
  return {
    engine,
    demo,
    async pass(seconds: number) {
      for (let tick = 0; tick < seconds * 20; tick++) {
        clock.advance(50);
        await happen();
      }
      return engine.snapshot();
    },
  };
}

test('waves of real requests: idle, busy, too many, recovery, a fleet that is down; then all over again', async () => {
  const { pass } = started();
  const idle = await pass(5);
  expect(idle.rates.in).toBeLessThan(10);
  const busy = await pass(19);
  expect(busy.rates.in).toBeGreaterThan(50);
  expect([busy.rates.shed, busy.totals.shed]).toEqual([0, 0]);
  const overload = await pass(10);
  expect(overload.rates.shed).toBeGreaterThan(50);
  expect(overload.stages.rag.depth).toBeGreaterThan(100);
  expect(overload.pool!.workers).toBeGreaterThan(busy.pool!.workers);
  const recovered = await pass(12);
  expect(recovered.rates).toMatchObject({ shed: 0 });
  expect(recovered.stages.inference.depth).toBe(0);
  expect(recovered.providers['steady']!.errors['provider_unavailable']).toBeGreaterThan(0);
  // All are down from the fiftieth second on.
  const lost = await pass(10);
  expect(lost.dead_letters.by_reason.failed).toBeGreaterThan(recovered.dead_letters.by_reason.failed + 20);
  expect(lost.providers['steady']!.breaker!.state).toBe('open');
  const repaired = await pass(13);
  expect(repaired.providers['steady']!.breaker!.state).toBe('closed');
  const again = await pass(24);
  expect(again.rates.in).toBeGreaterThan(50);
  expect(again.totals.shed).toBe(recovered.totals.shed);
});

test('one of three providers fails, is left alone, probed and taken back, while the others answer for it', async () => {
  const { pass } = started();
  const states = new Set<string>();
  let failed = 0;
  for (let second = 0; second < 45; second++) {
    const { providers, totals } = await pass(1);
    const { steady, local } = providers;
    if (local !== undefined) states.add(local.breaker!.state);
    if (second < 25) expect(steady?.breaker?.state ?? 'closed').toBe('closed');
    if (second === 24) failed = totals.failed;
  }
  expect([...states].sort()).toEqual(['closed', 'half_open', 'open']);
  expect(failed).toBe(0);
});

test('answers are used again, attacks blocked, eager sessions limited, and what is paid for has its price', async () => {
  const { pass } = started();
  const { reuse, admission, spend, totals } = await pass(40);
  expect(reuse!.exact_hits).toBeGreaterThan(50);
  expect(admission!.guard!.blocked).toBeGreaterThan(0);
  expect(totals.blocked).toBe(admission!.guard!.blocked);
  expect(admission!.limits!.limited).toBeGreaterThan(0);
  expect(admission!.budget!.used).toBeGreaterThan(10_000);
  expect(spend!.total_usd).toBeGreaterThan(0.1);
  expect(Object.keys(spend!.by_provider).sort()).toEqual(['quick', 'steady']);
});

test('what was lost is told in the log, once a second', async () => {
  const { pass } = started();
  const { log, totals } = await pass(40);
  const told = (event: string): number =>
    log.filter((entry) => entry.event === event).reduce((sum, { fields }) => sum + Number(fields['requests']), 0);
  expect(told('requests shed')).toBe(totals.shed);
  expect(told('requests failed')).toBe(totals.failed);
  expect(told('requests blocked')).toBe(totals.blocked);
  expect(told('requests limited')).toBe(totals.limited);
});

test('the same seed is the same demo; one that is stopped sends no more', async () => {
  const [one, other] = [started(7), started(7)];
  const first = await one.pass(20);
  expect((await other.pass(20)).totals).toEqual(first.totals);
  one.demo.stop();
  expect((await one.pass(5)).totals.submitted).toBe(first.totals.submitted);
});
