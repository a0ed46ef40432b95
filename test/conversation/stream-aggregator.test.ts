import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StreamAggregator, type StreamEvent } from '../../src/index.ts';
import { endEvent, reading, textEvent } from '../support/stream-events.ts';
import { happen } from '../support/test-engine.ts';

const textOf = (events: readonly StreamEvent[]): string =>
  events.map((event) => (event.kind === 'text' ? event.text : '')).join('');

test('pieces are put together, and handed to everybody who follows the session', async () => {
  const aggregator = new StreamAggregator();
  const [one, other] = [reading(aggregator.subscribe('s')), reading(aggregator.subscribe('s'))];
  for (const piece of ['he', 'l', 'lo']) aggregator.feed({ session: 's', text: piece });
  expect(aggregator.complete('s')).toBe('hello');
  await happen();
  expect(one).toEqual([textEvent('s', 'he'), textEvent('s', 'l'), textEvent('s', 'lo'), endEvent('s')]);
  expect(other).toEqual(one);
});

test('sessions and streams are kept apart', async () => {
  const aggregator = new StreamAggregator();
  const events = reading(aggregator.subscribe('a'));
  aggregator.feed({ session: 'a', stream: '1', text: 'x' });
  aggregator.feed({ session: 'b', stream: '1', text: 'no' });
  aggregator.feed({ session: 'a', stream: '2', text: 'y' });
  aggregator.feed({ session: 'a', stream: '1', text: 'z' });
  expect([
    aggregator.complete('a', '1'),
    aggregator.complete('b', '1'),
    aggregator.complete('a', '2', 'failed'),
  ]).toEqual(['xz', 'no', 'y']);
  await happen();
  expect(events).toEqual([
    textEvent('1', 'x'),
    textEvent('2', 'y'),
    textEvent('1', 'z'),
    endEvent('1'),
    endEvent('2', 'failed'),
  ]);
});

test('whoever comes late gets the text so far of what is open, then the rest', async () => {
  const aggregator = new StreamAggregator();
  aggregator.feed({ session: 's', stream: 'old', text: 'gone' });
  aggregator.complete('s', 'old');
  for (const piece of ['a', 'b']) aggregator.feed({ session: 's', stream: 'new', text: piece });
  const events = reading(aggregator.subscribe('s'));
  aggregator.feed({ session: 's', stream: 'new', text: 'c' });
  await happen();
  expect(events).toEqual([textEvent('new', 'ab'), textEvent('new', 'c')]);
});

test('one that is too slow is dropped and told; the others get everything', async () => {
  const aggregator = new StreamAggregator(4);
  const slow = aggregator.subscribe('s');
  const quick = reading(aggregator.subscribe('s'));
  for (let i = 0; i < 10; i++) {
    aggregator.feed({ session: 's', text: String(i) });
    await happen();
  }
  expect(textOf(quick)).toBe('0123456789');
  const left = reading(slow);
  await happen();
  expect(left).toEqual([{ kind: 'dropped', waiting: 4 }]);
  expect(aggregator.stats()).toEqual({ active: 1, completed: 0, pieces: 10, subscribers: 1, dropped: 1 });
});

test('leaving the loop unsubscribes, and so does closing; what waits can still be taken', async () => {
  const aggregator = new StreamAggregator();
  const left = aggregator.subscribe('s');
  aggregator.feed({ session: 's', text: 'a' });
  for await (const event of left) {
    expect(event).toEqual(textEvent('s', 'a'));
    break;
  }
  const closed = aggregator.subscribe('s');
  closed.close();
  closed.close();
  aggregator.feed({ session: 's', text: 'b' });
  const events = reading(closed);
  await happen();
  expect(events).toEqual([textEvent('s', 'a')]);
  expect([aggregator.stats().subscribers, aggregator.followed('s')]).toEqual([0, false]);
});

test('closing ends everybody’s loop', async () => {
  const aggregator = new StreamAggregator();
  const done: string[] = [];
  for (const session of ['a', 'a', 'b']) {
    void (async () => {
      for await (const _ of aggregator.subscribe(session));
      done.push(session);
    })();
  }
  await happen();
  aggregator.close();
  await happen();
  expect(done.sort()).toEqual(['a', 'a', 'b']);
});

test('however pieces of streams are mixed, each subscriber can put every text together', async () => {
  const chunk = fc.record({ session: fc.constantFrom('a', 'b'), stream: fc.constantFrom('1', '2'), text: fc.string() });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk), fc.nat(), async (chunks, joinAt) => {
      const aggregator = new StreamAggregator();
      let late: StreamEvent[] = [];
      for (const [at, each] of chunks.entries()) {
        if (at === joinAt % (chunks.length + 1)) late = reading(aggregator.subscribe('a'));
        aggregator.feed(each);
      }
      await happen();
      for (const stream of ['1', '2']) {
        const whole = aggregator.complete('a', stream);
        const mine = late.filter((event) => 'stream' in event && event.stream === stream);
        const expected = chunks.filter((each) => each.session === 'a' && each.stream === stream);
        expect(whole).toBe(expected.map((each) => each.text).join(''));
        if (joinAt % (chunks.length + 1) < chunks.length) expect(textOf(mine)).toBe(whole);
      }
      expect(aggregator.stats().active).toBe(
        new Set(chunks.filter((c) => c.session === 'b').map((c) => c.stream)).size,
      );
    }),
  );
});
