import { expect, test } from 'vitest';
import { prompt, scriptedProvider } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

test('with one provider: attempts and waits of a request that waited, nothing of one that did not', async () => {
  const world = testEngine({ resilience: { retry_attempts: 3, retry_base_ms: 100 } });
  world.send('go');
  world.clock.advance(40);
  world.provider.call('go').fail();
  await happen();
  world.clock.advance(500);
  await happen();
  world.clock.advance(60);
  world.provider.call('go').answer('ok');
  await happen();
  const story = world.engine.explain('go')!;
  expect(story).toMatchObject({ status: 'completed', provider: 'scripted', choices: [] });
  expect(story).not.toHaveProperty('policy');
  expect(story.attempts.map(({ result }) => result)).toEqual(['provider_failed', 'ok']);
  const { queued_ms, asking_ms, waiting_ms, other_ms, total_ms } = story.times!;
  expect(waiting_ms).toBeGreaterThan(0);
  expect(queued_ms + asking_ms + waiting_ms + other_ms).toBeCloseTo(total_ms, 9);

  world.provider.atOnce((attempt) => attempt.emit('x'));
  for (let i = 0; i < 10; i++) world.send(`plain${i}`);
  expect(world.engine.explain('plain9')).toBeNull();
  expect(world.engine.explain('never sent')).toBeNull();
});

test('tokens that nobody counted are told, and told to be estimated', async () => {
  const world = testEngine({ provided: { input_per_1k: 1 } });
  const counted = world.send('counted', {});
  Object.assign(world.provider.call('counted').attempt, { inputTokens: 7, outputTokens: 3 });
  world.provider.call('counted').answer('ok');
  const estimated = world.send('0123456789', {});
  world.provider.call('0123456789').answer('12345678');
  await happen();
  const told = [counted, estimated].map(({ request }) => world.engine.explain(request.id)!);
  expect(told.map(({ attempts }) => attempts[0])).toMatchObject([
    { input_tokens: 7, output_tokens: 3 },
    { input_tokens: 3, output_tokens: 2, estimated: true },
  ]);
  expect(told[0]!.attempts[0]).not.toHaveProperty('estimated');
  expect(told.map(({ costs }) => costs![0]!.estimated)).toEqual([undefined, true]);
});

test('a request in the queue waited there', async () => {
  const world = testEngine({ workers: 1 });
  world.send('first');
  world.send('second', {});
  world.clock.advance(300);
  world.provider.call('first').answer('ok');
  await happen();
  world.clock.advance(200);
  world.provider.call('second').answer('ok');
  await happen();
  expect(world.engine.explain('second')!.times).toEqual({
    ...{ queued_ms: 300, asking_ms: 200, waiting_ms: 0, other_ms: 0, total_ms: 500 },
  });
});

test('one that ended otherwise says how', async () => {
  const world = testEngine();
  world.send(prompt('late', { deadline_ms: 100 }));
  world.send('taken back', {}).cancel();
  world.clock.advance(200);
  await happen();
  expect(world.engine.explain('late')).toMatchObject({ status: 'expired', error: { code: 'deadline_exceeded' } });
  expect(world.engine.explain('taken_back')).toMatchObject({ status: 'cancelled' });
});

test('only the latest thousand are kept, and an id that is used again has the later story', async () => {
  const world = testEngine({ workers: 5000, capacity: 5000 });
  const ask = async (text: string) => {
    world.send(text, {});
    world.clock.advance(10);
    world.provider.call(text).answer('ok');
    await happen();
  };
  await ask('again');
  await ask('again');
  expect(world.engine.explain('again')!.attempts).toHaveLength(1);
  world.burst(1000, 'r');
  for (const call of world.provider.open) call.answer('ok');
  await happen();
  expect(world.engine.explain('again')).toBeNull();
  expect(world.engine.explain('r0')).not.toBeNull();
  expect(world.engine.explain('r999')).toMatchObject({ status: 'completed' });
});

test('requests that several providers answered at once have a story, too; nobody timed them', () => {
  const [a, b] = [scriptedProvider('a'), scriptedProvider('b')];
  for (const provider of [a, b]) provider.atOnce((attempt) => attempt.emit(provider.name));
  const world = testEngine({
    providers: [a, b],
    configure: ({ routing }) => {
      routing.policy = 'round_robin';
    },
  });
  world.burst(2);
  expect(world.engine.explain('r1')).toMatchObject({ status: 'completed', provider: 'b', policy: 'round_robin' });
});

test('an attempt that lost and ends long after its request is part of its story', async () => {
  const [a, b] = [scriptedProvider('a'), scriptedProvider('b')];
  const world = testEngine({
    providers: [a, b],
    configure: (config) => void Object.assign(config.routing, { policy: 'tournament', await_all: false }),
  });
  world.send('go', {});
  world.clock.advance(50);
  a.call('go').answer('first');
  await happen();
  world.clock.advance(500);
  b.call('go').settle();
  await happen();
  const story = world.engine.explain('go')!;
  expect(story).toMatchObject({ status: 'completed', provider: 'a' });
  expect(story.attempts.map(({ provider, result }) => `${provider} ${result}`)).toEqual(['a ok', 'b cancelled']);
  expect(story.times).toMatchObject({ asking_ms: 50, total_ms: 50 });
});
