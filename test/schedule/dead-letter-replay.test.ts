import { expect, test } from 'vitest';
import { replayWaitMs } from '../../src/schedule/dead-letter-replay.ts';
import { prompt } from '../support/scripted-provider.ts';
import { ailing } from './support/ailing.ts';

test.each([
  [1, 2],
  [2, 4],
  [3, 8],
  [4, 16],
  [5, 32],
  [6, 60],
  [9, 60],
])('after death %i a request waits %i s (dlq_replay_backoff)', (deaths, seconds) => {
  expect(replayWaitMs(deaths)).toBe(seconds * 1000);
});

test('a dead letter is sent again by itself, later each time, until it is answered', async () => {
  const { die, pass, asked, recover, picture } = ailing();
  await die('a');
  await pass(1.8);
  expect(asked).toEqual(['a@0']);
  await pass(0);
  expect(asked).toHaveLength(2);
  await pass(3.5);
  expect(asked).toHaveLength(2);
  recover();
  await pass(0.5);
  expect(asked).toHaveLength(3);
  expect(picture()).toMatchObject({
    depth: 0,
    replay: { scheduled: 0, in_flight: 0, succeeded: 1, failed: 1, left: 0 },
  });
});

test('nothing is sent again unless that is asked for', async () => {
  const { die, pass, asked, picture } = ailing({ automatic: false });
  await die('a');
  await pass(1000);
  expect(asked).toHaveLength(1);
  expect(picture()).toMatchObject({ depth: 1, replay: { scheduled: 0 } });
});

test('a request that has died too often is left to people', async () => {
  const { die, pass, asked, picture } = ailing({ maxDeaths: 3 });
  await die('a');
  for (let i = 0; i < 20; i++) await pass(60);
  expect(asked).toHaveLength(3);
  expect(picture()).toMatchObject({ depth: 1, replay: { scheduled: 0, failed: 2, left: 1 } });
});

test('a letter that is too old is not sent', async () => {
  const { die, pass, asked, picture } = ailing({ maxAgeS: 1 });
  await die('a');
  await pass(10);
  expect(asked).toHaveLength(1);
  expect(picture()).toMatchObject({ depth: 1, replay: { scheduled: 0, left: 1 } });
});

test('on demand the letters of one session are sent at once, the others stay', async () => {
  const { engine, die, pass, recover, picture, dead } = ailing({ automatic: false });
  await die('a', { session: 's1' });
  await die('b', { session: 's2' });
  await die('c', { session: 's1' });
  recover();
  expect(engine.replayDeadLetters({ session: 's1' })).toBe(2);
  expect(engine.replayDeadLetters({ session: 's1' })).toBe(0);
  await pass(0);
  expect(dead()).toEqual(['b']);
  expect(picture()).toMatchObject({ depth: 1, replay: { succeeded: 2 } });
});

test('one slow record holds up no other', async () => {
  const { engine, die, pass, recover, dead } = ailing({ automatic: false });
  await die('a');
  await die('b');
  recover();
  let release!: () => void;
  engine.hook('before:inference', {
    name: 'slow',
    run: ({ request }) =>
      request.id === 'a' ? new Promise((resolve) => (release = () => resolve(undefined))) : undefined,
  });
  engine.replayDeadLetters();
  await pass(1);
  expect(dead()).toEqual(['a']);
  release();
  await pass(0);
  expect(engine.deadLetters.depth).toBe(0);
});

test('a letter that is as old as it may be is sent', async () => {
  // The first wait is as long.
  const { die, pass, asked } = ailing({ maxAgeS: 2 });
  await die('a');
  await pass(2);
  expect(asked).toHaveLength(2);
});

test('no more letters wait for their time than the ring holds', async () => {
  const { die, pass, asked, picture } = ailing({ capacity: 2 });
  for (const id of ['a', 'b', 'c']) await die(id);
  await pass(0);
  expect(picture()).toMatchObject({ depth: 2, replay: { scheduled: 2, left: 1 } });
  await pass(2);
  expect(asked.slice(3)).toEqual(['a@2', 'b@2']);
});

test('on demand one letter is sent by its id, and not once more when its time comes', async () => {
  const { engine, die, pass, recover, asked, picture, dead } = ailing();
  await die('a');
  await die('b', { session: 's1' });
  recover();
  expect(engine.replayDeadLetters({ requestId: 'b' })).toBe(1);
  await pass(0);
  expect(dead()).toEqual(['a']);
  expect(picture().replay).toMatchObject({ scheduled: 1, succeeded: 1 });
  await pass(10);
  expect(asked.map((call) => call.split('@')[0])).toEqual(['a', 'b', 'b', 'a']);
});

test('what is sent again is asked for in one piece, as nobody reads along', async () => {
  const { die, pass, streamed } = ailing();
  await die('a');
  await pass(2);
  expect(streamed).toEqual([true, false]);
});

test('letters wait to be sent again from when that is switched on', async () => {
  const { die, pass, asked, automate, picture } = ailing({ automatic: false });
  await die('a');
  automate();
  await die('b');
  await pass(0);
  expect(picture().replay).toMatchObject({ scheduled: 1 });
  await pass(2);
  expect(asked.slice(2)).toEqual(['b@2']);
});

test.each([
  ['expired', { deadline_ms: 1000 }],
  ['shed', {}],
])('one that is %s this time is a newer letter, and the older one goes', async (reason, fields) => {
  const sections = {
    stages: { inference: { inference_workers: 1, channel_capacity: 1 }, rag: { channel_capacity: 1 } },
  };
  const { engine, die, pass, picture } = ailing({ automatic: false, sections });
  await die('a', fields);
  engine.hook('before:inference', { name: 'stuck', run: () => new Promise(() => undefined) });
  for (let i = 0; reason === 'shed' && i < 5000; i++) engine.submit(prompt(`in the way ${i}`), { keeps: () => true });
  engine.replayDeadLetters();
  await pass(2);
  expect(engine.deadLetters.list().map(({ request, hops, reason }) => [request.id, hops, reason])).toEqual([
    ['a', 1, reason],
  ]);
  expect(picture().replay).toMatchObject({ failed: 1 });
});

test('one that is refused at the door stays the letter that it was', async () => {
  const sections = { rate_limits: { enabled: true, requests_per_second: 0.001, burst_capacity: 1 } };
  const { engine, die, pass, recover, picture } = ailing({ automatic: false, sections });
  await die('a');
  recover();
  engine.replayDeadLetters();
  await pass(0);
  expect(engine.deadLetters.list()).toMatchObject([{ request: { id: 'a' }, hops: 0 }]);
  expect(picture().replay).toMatchObject({ failed: 1, succeeded: 0 });
});

test('the picture shows at once what becomes of letters', async () => {
  const { die, pass, picture } = ailing({ maxAgeS: 1 });
  await die('a');
  await pass(0);
  expect(picture().replay).toMatchObject({ scheduled: 1, left: 0 });
  // Nothing else changes than that it is left.
  await pass(10);
  expect(picture().replay).toMatchObject({ scheduled: 0, left: 1 });
});

test('a drained engine sends nothing any more', async () => {
  const { engine, die, pass, asked, picture } = ailing();
  await die('a');
  engine.hook('before:inference', { name: 'stuck', run: () => new Promise(() => undefined) });
  engine.submit(prompt('cut off'));
  await engine.drain(0);
  await pass(100);
  expect(asked).toHaveLength(1);
  expect(picture()).toMatchObject({ depth: 2, replay: { scheduled: 0, left: 0 } });
});
