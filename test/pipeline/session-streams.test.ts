import { describe, expect, test } from 'vitest';
import { prompt } from '../support/scripted-provider.ts';
import { endEvent, reading, textEvent } from '../support/stream-events.ts';
import { happen, testEngine } from '../support/test-engine.ts';

describe('following a session', () => {
  test('shows the live text of its requests, whoever sent them, and of no others', async () => {
    const { engine, provider, send } = testEngine();
    const events = reading(engine.stream('s'));
    send(prompt('mine', { session: 's' }));
    send(prompt('other', { session: 'o' }));
    send(prompt('none'));
    provider.call('mine').stream('a', 'b');
    provider.call('other').answer('no');
    provider.call('none').answer('no');
    await happen();
    expect(events).toEqual([textEvent('mine', 'a'), textEvent('mine', 'b')]);
    provider.call('mine').answer('c');
    await happen();
    expect(events.slice(2)).toEqual([textEvent('mine', 'c'), endEvent('mine')]);
  });

  test('begins with what has arrived of requests in flight', async () => {
    const { engine, provider, send } = testEngine({ workers: 1 });
    send(prompt('running', { session: 's' }));
    send(prompt('queued', { session: 's' }));
    provider.call('running').stream('so ', 'far');
    const events = reading(engine.stream('s'));
    provider.call('running').answer(', on');
    await happen();
    provider.call('queued').answer('next');
    await happen();
    expect(events).toEqual([
      textEvent('running', 'so far'),
      textEvent('running', ', on'),
      endEvent('running'),
      textEvent('queued', 'next'),
      endEvent('queued'),
    ]);
  });

  test('tells how each request ended, and its caller as always', async () => {
    const { engine, provider, send } = testEngine();
    const events = reading(engine.stream('s'));
    const failed = send(prompt('fails', { session: 's' }));
    const cancelled = send(prompt('stops', { session: 's' }));
    provider.call('fails').fail();
    cancelled.cancel();
    await happen();
    expect(events).toEqual([endEvent('stops', 'cancelled'), endEvent('fails', 'failed')]);
    expect([failed.outcomes.length, cancelled.outcomes.length]).toEqual([1, 1]);
  });

  test('shows the text as its caller gets it', async () => {
    const { engine, provider, send } = testEngine({ transforms: { answer: ['prepend:> '] } });
    const events = reading(engine.stream('s'));
    provider.atOnce((attempt) => attempt.emit('now'));
    expect(send(prompt('one', { session: 's' })).streamed).toBe('> now');
    await happen();
    expect(events).toEqual([textEvent('one', '> now'), endEvent('one')]);
  });

  test('another tenant’s session of the same name stays out of sight', async () => {
    const { engine, provider, send } = testEngine();
    const events = reading(engine.stream('s', 'acme'));
    provider.atOnce((attempt) => attempt.emit(attempt.id));
    send(prompt('plain', { session: 's' }));
    send(prompt('theirs', { session: 's', tenant: 'rival' }));
    send(prompt('ours', { session: 's', tenant: 'acme' }));
    await happen();
    expect(events).toEqual([textEvent('ours', 'ours'), endEvent('ours')]);
  });

  test('a follower that does not keep up is dropped; the request and the others go on', async () => {
    const { engine, provider, clock, send } = testEngine();
    const slow = engine.stream('s');
    const quick = reading(engine.stream('s'));
    const sent = send(prompt('long', { session: 's' }));
    for (let i = 0; i < 2000; i++) {
      provider.call('long').stream('x');
      if (i % 100 === 0) await happen();
    }
    provider.call('long').answer();
    await happen();
    expect(sent.outcomes[0]!.text).toHaveLength(2000);
    expect(quick).toHaveLength(2001);
    const left = reading(slow);
    await happen();
    expect(left).toEqual([{ kind: 'dropped', waiting: 1024 }]);
    clock.advance(200);
    expect(engine.snapshot().streams).toEqual({ active: 0, completed: 1, pieces: 2000, subscribers: 1, dropped: 1 });
  });

  test('ends when the engine does', async () => {
    const { engine } = testEngine();
    let ended = false;
    void (async () => {
      for await (const _ of engine.stream('s'));
      ended = true;
    })();
    await engine.drain(0);
    await happen();
    expect(ended).toBe(true);
  });
});

test('a session that nobody follows any more has no listeners, and the snapshot keeps the numbers', async () => {
  const { engine, provider, clock, send } = testEngine();
  provider.atOnce((attempt) => attempt.emit('a'));
  expect(engine.snapshot()).not.toHaveProperty('streams');
  const subscription = engine.stream('s');
  send(prompt('one', { session: 's' }));
  subscription.close();
  for (const id of ['two', 'three']) {
    // Not `send`, which listens itself.
    const job = engine.submitWith(prompt(id, { session: 's' }), null, () => undefined);
    expect(job.audience).toBeNull();
  }
  clock.advance(200);
  expect(engine.snapshot().streams).toMatchObject({ completed: 1, subscribers: 0 });
});
