import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerWheel } from '../../src/primitives/timer-wheel.ts';

const RESOLUTION_MS = 10;

type Deed =
  | { readonly do: 'add'; readonly in: number }
  | { readonly do: 'delete'; readonly which: number }
  | { readonly do: 'advance'; readonly ms: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), in: fc.double({ min: -50, max: 12_000, noNaN: true }) }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat() }),
  // Up to several turns of the wheel at once: a process that was stopped.
  fc.record({ do: fc.constant('advance' as const), ms: fc.oneof(fc.nat(30), fc.nat(20_000)) }),
);

test('behaves as a list that is searched from end to end', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 80 }), (script) => {
      const wheel = new TimerWheel<number>(RESOLUTION_MS);
      const model = new Map<number, { at: number; latest: number; ticket: number }>();
      let now = 1234.5;
      let item = 0;
      for (const step of script) {
        if (step.do === 'add') {
          const at = now + step.in;
          model.set(item, { at, latest: Math.max(at, now) + RESOLUTION_MS, ticket: wheel.add(item, at, now) });
          item++;
        } else if (step.do === 'delete') {
          const which = step.which % Math.max(item, 1);
          const known = model.get(which);
          expect(wheel.delete(which, known?.ticket ?? 0)).toBe(known !== undefined);
          model.delete(which);
        } else {
          now += step.ms;
          const due: number[] = [];
          wheel.advance(now, (one) => due.push(one));
          expect(new Set(due).size).toBe(due.length);
          for (const one of due) {
            // Only what is in, and never before its time.
            expect(model.get(one)!.at).toBeLessThanOrEqual(now);
            model.delete(one);
          }
          // At most one resolution late, counted from when it was added if it was late already.
          for (const { latest } of model.values()) expect(latest + 1e-6).toBeGreaterThan(now);
        }
        expect(wheel.size).toBe(model.size);
      }
    }),
    { numRuns: 1000 },
  );
});

test('an item that another one deletes in the same round does not come', () => {
  const wheel = new TimerWheel<string>(RESOLUTION_MS);
  const tickets = new Map(['a', 'b'].map((item) => [item, wheel.add(item, 5, 0)]));
  const due: string[] = [];
  wheel.advance(20, (item) => {
    due.push(item);
    for (const [other, ticket] of tickets) wheel.delete(other, ticket);
  });
  expect(due).toEqual(['a']);
  expect(wheel.size).toBe(0);
});
