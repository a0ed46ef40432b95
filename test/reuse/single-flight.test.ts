import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Flight, SingleFlight, type Waiter } from '../../src/reuse/single-flight.ts';

/** A waiter that writes down what it hears. */
class Listener implements Waiter<string> {
  text = '';
  readonly results: string[] = [];
  led = 0;
  onPiece: (() => void) | null = null;

  piece(text: string): void {
    this.text += text;
    this.onPiece?.();
  }

  end(result: string): void {
    this.results.push(result);
  }

  lead(): void {
    this.led++;
  }
}

test('all who wait get the pieces and the result; who joins late gets the text so far, then the rest', () => {
  const flights = new SingleFlight<string>();
  const flight = flights.begin('k', null, () => undefined);
  const [first, late] = [new Listener(), new Listener()];
  flight.join(first);
  flight.emit('one ');
  flight.emit('two ');
  flights.find('k')!.join(late);
  expect(late.text).toBe('one two ');
  flight.emit('three');
  flight.finish('done');
  for (const { text, results } of [first, late]) expect([text, results]).toEqual(['one two three', ['done']]);
  expect(flights.find('k')).toBeUndefined();
});

test('the one who waits longest leads when the leader leaves; the work is abandoned with the last one', () => {
  let abandoned = 0;
  const flights = new SingleFlight<string>();
  const flight = flights.begin('k', null, () => abandoned++);
  const [a, b, c] = [new Listener(), new Listener(), new Listener()];
  for (const one of [a, b, c]) flight.join(one);
  flight.leave(c);
  expect([a.led, b.led, abandoned]).toEqual([0, 0, 0]);
  flight.leave(a);
  expect([b.led, abandoned]).toEqual([1, 0]);
  flight.leave(b);
  flight.leave(b);
  expect(abandoned).toBe(1);
  expect(flights.size).toBe(0);
  // What the work still says reaches nobody, and who comes now begins anew.
  flight.emit('x');
  flight.finish('late');
  expect([a, b, c].flatMap(({ text, results }) => [text, ...results])).toEqual(['', '', '']);
  expect(flights.find('k')).toBeUndefined();
});

test('one who joins, or lets another piece come, while a piece is handed out, still gets each once', () => {
  const flights = new SingleFlight<string>();
  const flight = flights.begin('k', null, () => undefined);
  const [first, second, joins] = [new Listener(), new Listener(), new Listener()];
  first.onPiece = () => {
    first.onPiece = null;
    flight.join(joins);
    flight.emit('b');
  };
  flight.join(first);
  flight.join(second);
  flight.emit('a');
  flight.emit('c');
  expect([first.text, second.text, joins.text]).toEqual(['abc', 'abc', 'abc']);
});

type Deed =
  | { readonly do: 'ask'; readonly key: number }
  | { readonly do: 'leave'; readonly who: number }
  | { readonly do: 'emit' | 'finish' | 'fail'; readonly key: number };

const key = fc.nat(1);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('emit' as const, 'finish' as const, 'fail' as const), key }),
  },
);

test('whatever happens in whatever order: one piece of work a key, everybody ends once, nobody is stranded', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (script) => {
      const flights = new SingleFlight<string>();
      /** The model: for each key the open work, what it said and who waits. */
      const open = new Map<number, { flight: Flight<string>; said: string; waiting: Set<Listener> }>();
      const everybody: { one: Listener; key: number; left: boolean; expected: string | null }[] = [];
      let abandoned = 0;
      let expectAbandoned = 0;
      for (const step of script) {
        if (step.do === 'ask') {
          const one = new Listener();
          let work = open.get(step.key);
          expect(flights.find(`${step.key}`) !== undefined).toBe(work !== undefined);
          if (work === undefined) {
            work = { flight: flights.begin(`${step.key}`, null, () => abandoned++), said: '', waiting: new Set() };
            open.set(step.key, work);
          }
          work.flight.join(one);
          work.waiting.add(one);
          everybody.push({ one, key: step.key, left: false, expected: null });
        } else if (step.do === 'leave') {
          const who = everybody[step.who % Math.max(everybody.length, 1)];
          const work = who === undefined ? undefined : open.get(who.key);
          if (who === undefined || work === undefined || !work.waiting.delete(who.one)) continue;
          who.left = true;
          work.flight.leave(who.one);
          if (work.waiting.size > 0) continue;
          open.delete(who.key);
          expectAbandoned++;
        } else {
          const work = open.get(step.key);
          if (work === undefined) continue;
          if (step.do === 'emit') {
            const piece = `${work.said.length};`;
            work.said += piece;
            work.flight.emit(piece);
            for (const one of work.waiting) expect(one.text).toBe(work.said);
          } else {
            open.delete(step.key);
            const result = `${step.do} ${work.said}`;
            for (const who of everybody) if (work.waiting.has(who.one)) who.expected = result;
            work.flight.finish(result);
          }
        }
        expect(abandoned).toBe(expectAbandoned);
        expect(flights.size).toBe(open.size);
        // Exactly one of those who wait for a piece of work leads it.
        for (const { flight, waiting } of open.values()) expect(flight.size).toBe(waiting.size);
      }
      for (const { one, expected } of everybody) {
        expect(one.results).toEqual(expected === null ? [] : [expected]);
        if (expected !== null) expect(expected.endsWith(one.text)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});
