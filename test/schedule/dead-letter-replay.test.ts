import { expect, test } from 'vitest';
import { configFromValues } from '../../src/config/from-values.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import { createEngine } from '../../src/engine.ts';
import { replayWaitMs } from '../../src/schedule/dead-letter-replay.ts';
import { letterKey } from '../../src/schedule/replay-store.ts';
import { engineSections } from '../../src/sections.ts';
import type { Storage } from '../../src/storage/contract.ts';
import { DeadLetterStore } from '../../src/storage/dead-letters.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { ReplayJournal } from '../../src/storage/replays.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { prompt, scriptedProvider } from '../support/scripted-provider.ts';
import { Workplace } from '../support/terminal.ts';

interface Options {
  readonly automatic?: boolean;
  readonly maxDeaths?: number;
  readonly maxAgeS?: number;
  readonly storage?: Storage;
}

/** An engine whose provider is down until the test says otherwise, and answers at once. */
function ailing({ automatic = true, maxDeaths = 5, maxAgeS = 3600, storage }: Options = {}) {
  const clock = new ManualClock();
  const provider = scriptedProvider();
  const asked: string[] = [];
  let down = true;
  provider.atOnce((attempt) => {
    asked.push(`${attempt.id}@${clock.now() / 1000}`);
    if (down) attempt.error = new OrchestratorError('provider_unavailable', 'down');
    else attempt.emit('at last');
  });
  const dead_letters = { auto_replay: automatic, max_deaths: maxDeaths, max_age_s: maxAgeS };
  const engine = createEngine(
    configFromValues(engineSections, { dead_letters, resilience: { retry_attempts: 1, circuit_breaker_threshold: 0 } }),
    {
      clock,
      provider,
      ...(storage === undefined ? {} : { storage, owner: 'own-1' }),
    },
  );
  return {
    engine,
    asked,
    recover: () => {
      down = false;
    },
    die: async (id: string, fields = {}) => void (await engine.submit(prompt(id, fields))),
    /** Lets time pass, and whatever that leads to happen. */
    async pass(seconds: number) {
      clock.advance(seconds * 1000);
      for (let turn = 0; turn < 50; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.turn();
      }
      // The snapshot is renewed at most ten times a second.
      clock.advance(100);
    },
    picture: () => engine.snapshot().dead_letters,
  };
}

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
  const { engine, die, pass, recover, picture } = ailing({ automatic: false });
  await die('a', { session: 's1' });
  await die('b', { session: 's2' });
  await die('c', { session: 's1' });
  recover();
  expect(engine.replayDeadLetters({ session: 's1' })).toBe(2);
  expect(engine.replayDeadLetters({ session: 's1' })).toBe(0);
  await pass(0);
  expect(engine.deadLetters.list().map(({ request }) => request.id)).toEqual(['b']);
  expect(picture()).toMatchObject({ depth: 1, replay: { succeeded: 2 } });
});

test('one slow record holds up no other', async () => {
  const { engine, die, pass, recover } = ailing({ automatic: false });
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
  expect(engine.deadLetters.list().map(({ request }) => request.id)).toEqual(['a']);
  release();
  await pass(0);
  expect(engine.deadLetters.depth).toBe(0);
});

test('a drained engine sends nothing any more', async () => {
  const { engine, die, pass, asked } = ailing();
  await die('a');
  await engine.drain(0);
  await pass(100);
  expect(asked).toHaveLength(1);
});

test('in a lasting store the letter leaves with the answer, and the journal knows that it was answered', async () => {
  using place = new Workplace();
  const storage = await openStorage({ path: place.path });
  try {
    const { engine, die, pass, recover, picture } = ailing({ automatic: false, storage });
    await die('a');
    const letters = new DeadLetterStore(storage);
    await until(async () => (await letters.count()).total === 1);
    recover();
    engine.replayDeadLetters();
    await until(async () => (await letters.count()).total === 0);
    await pass(0);
    expect(picture()).toMatchObject({ depth: 0, stored: 0 });
    expect(await new ReplayJournal(storage).isAnswered('a')).toBe(true);
  } finally {
    await storage.close();
  }
});

test('what another replay has in hand is left to it', async () => {
  using place = new Workplace();
  const storage = await openStorage({ path: place.path });
  try {
    const { engine, die, pass, recover, asked, picture } = ailing({ automatic: false, storage });
    await die('a');
    const journal = new ReplayJournal(storage);
    await journal.claim(await journal.begin('elsewhere', 'own-2', 0), letterKey(prompt('a')), 'a');
    recover();
    engine.replayDeadLetters();
    await until(async () => {
      await pass(1);
      return picture().replay.left === 1;
    });
    expect(asked).toHaveLength(1);
    expect(picture().depth).toBe(1);
  } finally {
    await storage.close();
  }
});

/** Waits for the storage thread: it has its own time. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
