import { describe, expect, test } from 'vitest';
import { BreakerWorld } from './breaker.ts';

describe('tripped by hand', () => {
  test('it stays open until it is reset', () => {
    const world = new BreakerWorld();
    world.breaker.trip('maintenance', world.now);
    expect(world.picture).toMatchObject({ state: 'open', reason: 'maintenance', next_probe_ms: null, failures: 0 });
    expect(world.wait(1e9).calls('ok')).toEqual([false]);
    world.breaker.reset(world.now);
    expect(world.calls('ok')).toEqual([true]);
    expect(world.went).toEqual(['open', 'closed']);
  });

  test('while it was open or half-open, it stays so no matter what its probes say', () => {
    const world = new BreakerWorld().open().wait(1000);
    const probe = world.enter();
    world.breaker.trip('maintenance', world.now);
    world.leave(probe, 'ok');
    expect(world.wait(1e9).picture).toMatchObject({ state: 'open', next_probe_ms: null });
  });
});

describe('reset by hand', () => {
  test('it closes at once and forgets its failures', () => {
    const world = new BreakerWorld({ threshold: 3 }).open();
    world.breaker.reset(world.now);
    expect(world.calls('failure', 'failure')).toEqual([true, true]);
    expect(world.picture.state).toBe('closed');
  });

  test('what was on its way before says nothing any more', () => {
    const world = new BreakerWorld({ threshold: 1 });
    const late = world.enter();
    world.breaker.reset(world.now);
    world.leave(late, 'failure');
    expect(world.picture).toMatchObject({ state: 'closed', failures: 0 });
  });
});

describe('other settings', () => {
  test('hold from then on, and the state stays', () => {
    const world = new BreakerWorld({ threshold: 3, timeoutMs: 1000 });
    world.calls('failure', 'failure');
    world.breaker.configure({ threshold: 5, timeoutMs: 50, probes: 1, successRate: 1 }, world.now);
    world.calls('failure');
    expect(world.picture).toMatchObject({ state: 'closed', failures: 3 });
    expect(world.open().picture.next_probe_ms).toBe(50);
  });

  test('a round of probes that is on its way begins anew: it can always end', () => {
    const world = new BreakerWorld({ probes: 4, successRate: 0.25 }).open().wait(1000);
    world.calls('failure', 'failure');
    world.breaker.configure({ threshold: 3, timeoutMs: 1000, probes: 1, successRate: 1 }, world.now);
    expect(world.calls('ok')).toEqual([true]);
    expect(world.picture.state).toBe('closed');
  });
});
