import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Job } from '../../src/core/job.ts';
import { PRIORITIES, type Priority } from '../../src/core/priority.ts';
import { AGEING_MS, StageQueue } from '../../src/pipeline/stage-queue.ts';
import { prompt } from '../support/scripted-provider.ts';

const job = (id: string, priority?: Priority): Job =>
  new Job(prompt(id, priority === undefined ? {} : { priority }), null, null);

/** Takes everybody out, by id. */
function drained(queue: StageQueue): string[] {
  const ids: string[] = [];
  for (let next = queue.shift(); next !== null; next = queue.shift()) ids.push(next.id);
  return ids;
}

function queueOf(...arrivals: readonly (readonly [id: string, priority: Priority | undefined, at: number])[]) {
  const queue = new StageQueue(100);
  for (const [id, priority, at] of arrivals) queue.push(job(id, priority), at);
  return queue;
}

describe('who is next', () => {
  test('the more urgent, whoever came first', () => {
    const queue = queueOf(['l', 'low', 0], ['n', undefined, 1], ['h', 'high', 2], ['c', 'critical', 3]);
    expect(drained(queue)).toEqual(['c', 'h', 'n', 'l']);
  });

  test('the earlier, among equals', () => {
    const arrivals = Array.from({ length: 50 }, (_, i) => [`j${i}`, 'normal', i] as const);
    expect(drained(queueOf(...arrivals))).toEqual(arrivals.map(([id]) => id));
  });

  test('a priority nobody knows is a normal one: the request must not be lost over it', () => {
    const queue = queueOf(['l', 'low', 0], ['x', 'urgent' as Priority, 1], ['h', 'high', 2]);
    expect(drained(queue)).toEqual(['h', 'x', 'l']);
  });

  test('the one that has waited one level longer', () => {
    expect(drained(queueOf(['old', 'normal', 0], ['new', 'high', AGEING_MS - 1]))).toEqual(['new', 'old']);
    expect(drained(queueOf(['old', 'normal', 0], ['new', 'high', AGEING_MS + 1]))).toEqual(['old', 'new']);
  });
});

test('a low request is overtaken by nobody who came three levels of ageing later', () => {
  const queue = queueOf(['low', 'low', 0]);
  let overtaken = 0;
  // A flood of critical ones, one a millisecond, of which one is served a millisecond.
  for (let now = 0; ; now++) {
    queue.push(job(`c${now}`, 'critical'), now);
    queue.push(job(`d${now}`, 'critical'), now);
    if (queue.shift()!.id === 'low') break;
    overtaken++;
    expect(now).toBeLessThan(10 * AGEING_MS);
  }
  // Whoever arrived within the first three levels goes first: two a millisecond.
  expect(overtaken).toBeLessThanOrEqual(2 * (3 * AGEING_MS + 1));
});

type Deed =
  | { readonly do: 'push'; readonly priority: Priority; readonly after: number }
  | { readonly do: 'shift' }
  | { readonly do: 'leave'; readonly which: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      priority: fc.constantFrom(...PRIORITIES),
      after: fc.constantFrom(0, 1, 999, AGEING_MS, 2 * AGEING_MS + 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('shift' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), which: fc.nat() }) },
);

test('behaves as a list sorted by arrival and level, whoever leaves in between', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 200 }), (script) => {
      const queue = new StageQueue(1000);
      let model: { job: Job; due: number; level: number }[] = [];
      let now = 0;
      for (const [index, step] of script.entries()) {
        if (step.do === 'push') {
          now += step.after;
          const one = job(`j${index}`, step.priority);
          const level = PRIORITIES.indexOf(step.priority);
          queue.push(one, now);
          model.push({ job: one, due: now + level * AGEING_MS, level });
        } else if (step.do === 'shift') {
          const first = model.toSorted((a, b) => a.due - b.due || a.level - b.level)[0];
          expect(queue.shift()?.id).toBe(first?.job.id);
          model = model.filter((entry) => entry !== first);
        } else if (model.length > 0) {
          const gone = model[step.which % model.length]!;
          gone.job.conclude('cancelled', null);
          queue.forget();
          model = model.filter((entry) => entry !== gone);
        }
        expect(queue.count).toBe(model.length);
        expect(new Set([...queue].map(({ id }) => id))).toEqual(new Set(model.map((entry) => entry.job.id)));
      }
    }),
    { numRuns: 300 },
  );
});

test('those who left don’t pile up', () => {
  const queue = queueOf(['stays', 'low', 0]);
  for (let i = 0; i < 100_000; i++) {
    const one = job('gone', 'low');
    queue.push(one, i);
    one.conclude('cancelled', null);
    queue.forget();
  }
  expect(queue.count).toBe(1);
  expect([...queue].map(({ id }) => id)).toEqual(['stays']);
});
