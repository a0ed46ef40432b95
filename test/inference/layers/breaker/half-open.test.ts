import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BreakerWorld } from './breaker.ts';

/** Four probes, three of which must succeed. */
const probing = () => new BreakerWorld({ probes: 4, successRate: 0.75, timeoutMs: 1000 }).open().wait(1000);

test('lets only so many probes through at once', () => {
  const world = probing();
  const permits = Array.from({ length: 6 }, () => world.enter());
  expect(permits.map((permit) => permit !== 0)).toEqual([true, true, true, true, false, false]);
});

test('those that have ended belong to the round, however they ended', () => {
  const world = probing();
  const [good, bad] = [world.enter(), world.enter(), world.enter(), world.enter()];
  world.leave(good!, 'ok');
  expect(world.enter()).toBe(0);
  world.leave(bad!, 'failure');
  expect(world.enter()).toBe(0);
});

test('closes as soon as enough of a round have succeeded', () => {
  const world = probing();
  world.calls('ok', 'failure', 'ok');
  expect(world.picture).toMatchObject({ state: 'half_open' });
  world.calls('ok');
  expect(world.picture).toEqual({ state: 'closed', failures: 0, failed_rounds: 0, next_probe_ms: null, reason: null });
  expect(world.went).toEqual(['open', 'half_open', 'closed']);
});

test('opens again as soon as the round cannot succeed any more, and waits twice as long', () => {
  const world = probing();
  world.calls('ok', 'failure', 'failure');
  expect(world.picture).toMatchObject({ state: 'open', failed_rounds: 1, next_probe_ms: 2000 });
  expect(world.wait(1999).calls('ok')).toEqual([false]);
  expect(world.wait(1).calls('ok', 'ok', 'ok')).toEqual([true, true, true]);
  expect(world.picture.state).toBe('closed');
});

test('a probe that succeeds ends the failures in a row, even where the others do not', () => {
  const world = probing();
  expect(world.picture.failures).toBe(3);
  world.calls('failure', 'ok');
  expect(world.picture).toMatchObject({ state: 'half_open', failures: 0 });
  world.calls('failure');
  expect(world.picture).toMatchObject({ state: 'open', failures: 1 });
});

test('a probe that says nothing gives its place back', () => {
  const world = probing();
  expect(world.calls(...new Array(10).fill('nothing'))).toEqual(new Array(10).fill(true));
  expect(world.picture.state).toBe('half_open');
});

test('a provider that still limits us is not ready', () => {
  const world = probing();
  world.calls('limited', 'limited');
  expect(world.picture.state).toBe('open');
});

test('probes of an earlier round have no say in the next', () => {
  const world = probing();
  const late = world.enter();
  world.calls('failure', 'failure');
  world.wait(2000).calls('ok', 'ok');
  world.leave(late, 'ok');
  expect(world.picture.state).toBe('half_open');
  world.calls('ok');
  expect(world.picture.state).toBe('closed');
});

test('at least one probe must succeed, whatever the share', () => {
  const world = new BreakerWorld({ probes: 2, successRate: 0, timeoutMs: 1000 }).open().wait(1000);
  world.calls('failure', 'failure');
  expect(world.picture.state).toBe('open');
});

test('every round ends after its probes: it closes exactly when the share was reached', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      fc.infiniteStream(fc.boolean()),
      (probes, twentieths, ends) => {
        const successRate = twentieths / 20;
        const world = new BreakerWorld({ probes, successRate, timeoutMs: 1000 }).open().wait(1000);
        let ok = 0;
        let asked = 0;
        while (asked === 0 || world.picture.state === 'half_open') {
          const succeeds = ends.next().value;
          if (succeeds) ok++;
          asked++;
          expect(world.calls(succeeds ? 'ok' : 'failure')).toEqual([true]);
        }
        expect(asked).toBeLessThanOrEqual(probes);
        // Whole numbers: 20 × ok against twentieths × probes has no rounding.
        const reached = ok > 0 && 20 * ok >= twentieths * probes;
        expect(world.picture.state).toBe(reached ? 'closed' : 'open');
      },
    ),
  );
});
