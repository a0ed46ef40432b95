import { expect, test } from 'vitest';
import { BreakerWorld } from './breaker.ts';

test('lets everything through, and opens on so many failures in a row', () => {
  const world = new BreakerWorld({ threshold: 3 });
  expect(world.calls('failure', 'failure')).toEqual([true, true]);
  expect(world.picture).toMatchObject({ state: 'closed', failures: 2 });
  world.calls('failure');
  expect(world.picture).toMatchObject({ state: 'open', failures: 3, reason: 'provider_failed', next_probe_ms: 1000 });
  expect(world.went).toEqual(['open']);
});

test('a success in between begins the count anew', () => {
  const world = new BreakerWorld({ threshold: 3 });
  world.calls('failure', 'failure', 'ok', 'failure', 'failure');
  expect(world.picture).toMatchObject({ state: 'closed', failures: 2 });
});

test('what says nothing about the provider changes nothing', () => {
  const world = new BreakerWorld({ threshold: 3 });
  world.calls('failure', 'failure', ...new Array(20).fill('nothing'));
  expect(world.picture.failures).toBe(2);
  world.calls('failure');
  expect(world.picture.state).toBe('open');
});

test('calls that run side by side count as they end', () => {
  const world = new BreakerWorld({ threshold: 3 });
  const permits = [world.enter(), world.enter(), world.enter(), world.enter()];
  for (const permit of permits.slice(0, 2)) world.leave(permit, 'failure');
  world.leave(permits[2]!, 'ok');
  world.leave(permits[3]!, 'failure');
  expect(world.picture).toMatchObject({ state: 'closed', failures: 1 });
});

test('being limited is no failure while it is short, nor does it take back one', () => {
  const world = new BreakerWorld({ threshold: 3, timeoutMs: 1000 });
  world.calls('failure', 'failure', ...new Array(50).fill('limited'));
  world.wait(999).calls('limited');
  expect(world.picture).toMatchObject({ state: 'closed', failures: 2 });
});

test('being limited for as long as the breaker would wait counts from then on', () => {
  const world = new BreakerWorld({ threshold: 3, timeoutMs: 1000 });
  world.calls('limited');
  world.wait(1000).calls('limited', 'limited');
  expect(world.picture).toMatchObject({ state: 'closed', failures: 2 });
  world.calls('limited');
  expect(world.picture.state).toBe('open');
});

test('a success ends the time of being limited', () => {
  const world = new BreakerWorld({ threshold: 1, timeoutMs: 1000 });
  world.calls('limited');
  world.wait(900).calls('ok', 'limited');
  world.wait(900).calls('limited');
  expect(world.picture.state).toBe('closed');
});
