import { expect, test } from 'vitest';
import { ManualClock } from '../support/manual-clock.ts';
import { testEngine } from '../support/test-engine.ts';

/** Counts how often somebody looks at it. */
class WatchedClock extends ManualClock {
  looks = 0;

  override now(): number {
    this.looks++;
    return super.now();
  }
}

/** An engine whose provider answers at once after `ms` of work, past its slice: 127 jobs of 0.02 ms fill one. */
function pastTheSlice(ms = 0.02) {
  const clock = new WatchedClock();
  const world = testEngine({ clock });
  world.provider.atOnce((attempt) => {
    clock.work(ms);
    attempt.emit('ok');
  });
  return { ...world, clock, first: world.burst(127) };
}

test('what waits in a flood because the slice is used up costs a look at the clock for many, not for each', () => {
  const { clock, first, burst } = pastTheSlice();
  expect(first.every(({ status }) => status === 'completed')).toBe(true);
  const waiting = burst(40, 'later');
  expect(waiting.every(({ status }) => status === 'waiting')).toBe(true);
  const before = clock.looks;
  clock.turn();
  expect(waiting.every(({ status }) => status === 'completed')).toBe(true);
  expect(clock.looks - before).toBeLessThan(5);
});

test('such a short wait is in the latency of the stage, and is no reason to time the request', () => {
  const { clock, burst, engine } = pastTheSlice();
  const waiting = burst(10, 'later');
  clock.work(0.5);
  clock.turn();
  expect(waiting.map(({ job }) => [job.status, job.timing])).toEqual(waiting.map(() => ['completed', null]));
  expect(engine.snapshot().stages.rag.p50_ms).toBeCloseTo(0.5, 2);
  expect(engine.snapshot().stages.inference.done).toBe(137);
  expect(engine.requests().ended).toEqual([]);
});

test('a wait of a millisecond is: its outcome says how long it was', () => {
  const { clock, burst, engine } = pastTheSlice();
  const waiting = burst(3, 'later');
  clock.work(1);
  clock.turn();
  for (const { job } of waiting) expect(job.timing).toMatchObject({ queuedMs: expect.closeTo(1) });
  expect(engine.requests().ended.map(({ id }) => id)).toEqual(['later2', 'later1', 'later0']);
});

test('what the callbacks of a flood submit goes behind those that wait, and all stay in order', () => {
  const { clock, engine, burst, send } = pastTheSlice();
  const order: string[] = [];
  const again = (id: string) => () => {
    order.push(id);
    if (id.length < 4) send({ id: `${id}+`, messages: [{ role: 'user', content: id }] }, null, again(`${id}+`));
  };
  for (const id of ['a', 'b', 'c']) send({ id, messages: [{ role: 'user', content: id }] }, null, again(id));
  clock.turn();
  expect(order).toEqual(['a', 'b', 'c', 'a+', 'b+', 'c+', 'a++', 'b++', 'c++', 'a+++', 'b+++', 'c+++']);
  expect(burst(1)[0]!.status).toBe('completed');
  expect(engine.snapshot().totals).toMatchObject({ completed: 140, in_flight: 0 });
});
