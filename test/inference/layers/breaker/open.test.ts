import { expect, test } from 'vitest';
import { probeWaitMs } from '../../../../src/inference/layers/breaker/circuit-breaker.ts';
import { BreakerWorld } from './breaker.ts';

test('lets nothing through until its time has come, and counts down to it', () => {
  const world = new BreakerWorld({ timeoutMs: 1000 }).open();
  expect(world.wait(999).calls('ok')).toEqual([false]);
  expect(world.breaker.open(world.now)).toBe(false);
  expect(world.picture).toMatchObject({ state: 'open', next_probe_ms: 1 });
  world.wait(1);
  expect(world.breaker.open(world.now)).toBe(true);
  expect(world.picture).toMatchObject({ state: 'open', next_probe_ms: 0 });
  expect(world.enter()).not.toBe(0);
  expect(world.picture.state).toBe('half_open');
});

test('asking whether it would let a call through takes no probe', () => {
  const world = new BreakerWorld({ probes: 1 }).open().wait(1000);
  for (let i = 0; i < 10; i++) expect(world.breaker.open(world.now)).toBe(true);
  expect(world.enter()).not.toBe(0);
  expect(world.breaker.open(world.now)).toBe(false);
});

test('what was on its way when it opened has no say any more', () => {
  const world = new BreakerWorld({ threshold: 1, timeoutMs: 1000 });
  const late = [world.enter(), world.enter(), world.enter()];
  world.calls('failure');
  world.leave(late[0]!, 'ok');
  expect(world.picture.state).toBe('open');
  world.wait(500).leave(late[1]!, 'failure');
  expect(world.picture).toMatchObject({ next_probe_ms: 500, failures: 1 });
  world.wait(500);
  const probe = world.enter();
  world.leave(late[2]!, 'failure');
  expect(world.picture.state).toBe('half_open');
  expect(probe).not.toBe(0);
});

test('it waits 1×, 2×, 4× … 64× as long, and no longer; after a success 1× again', () => {
  const world = new BreakerWorld({ threshold: 1, probes: 1, successRate: 1, timeoutMs: 1000 }).open();
  const waits: number[] = [];
  for (let round = 0; round < 9; round++) {
    const wait = world.picture.next_probe_ms!;
    waits.push(wait);
    world.wait(wait).calls('failure');
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64].map((times) => times * 1000));
  world.wait(world.picture.next_probe_ms!).calls('ok');
  expect(world.picture.state).toBe('closed');
  expect(world.open().picture).toMatchObject({ next_probe_ms: 1000, failed_rounds: 0 });
  expect(probeWaitMs(20, 10)).toBe(640);
});
