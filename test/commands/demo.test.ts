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

test('waves of real requests: idle, busy, too many, back, a provider that is down; then all over again', async () => {
  const { pass } = started();
  const idle = await pass(5);
  expect(idle.rates.in).toBeLessThan(10);
  const busy = await pass(19);
  expect(busy.rates.in).toBeGreaterThan(50);
  expect([busy.rates.shed, busy.totals.shed]).toEqual([0, 0]);
  const overload = await pass(10);
  expect(overload.rates.shed).toBeGreaterThan(50);
  expect(overload.stages.rag.depth).toBeGreaterThan(100);
  const recovered = await pass(15);
  expect(recovered.rates).toMatchObject({ shed: 0 });
  expect(recovered.stages.inference.depth).toBe(0);
  const { errors, retries } = recovered.providers['steady']!;
  expect(errors['provider_unavailable']).toBeGreaterThan(0);
  expect(retries).toBeGreaterThan(0);
  const breaker = async (seconds: number) => (await pass(seconds)).providers['steady']!.breaker!.state;
  expect(await breaker(3)).toBe('open');
  const lost = await pass(4);
  expect(lost.dead_letters.by_reason.failed).toBeGreaterThan(recovered.dead_letters.by_reason.failed + 20);
  expect(await breaker(13)).toBe('closed');
  const again = await pass(23);
  expect(again.rates.in).toBeGreaterThan(50);
  expect(again.totals.shed).toBe(recovered.totals.shed);
});

test('what was lost is told in the log, once a second', async () => {
  const { pass } = started();
  const { log, totals } = await pass(40);
  const told = (event: string): number =>
    log.filter((entry) => entry.event === event).reduce((sum, { fields }) => sum + Number(fields['requests']), 0);
  expect(told('requests shed')).toBe(totals.shed);
  expect(told('requests failed')).toBe(totals.failed);
});

test('the same seed is the same demo; one that is stopped sends no more', async () => {
  const [one, other] = [started(7), started(7)];
  const first = await one.pass(20);
  expect((await other.pass(20)).totals).toEqual(first.totals);
  one.demo.stop();
  expect((await one.pass(5)).totals.submitted).toBe(first.totals.submitted);
});
