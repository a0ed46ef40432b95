import { expect, test } from 'vitest';
import { letterKey } from '../../src/schedule/replay-store.ts';
import { DeadLetterStore } from '../../src/storage/dead-letters.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { ReplayJournal } from '../../src/storage/replays.ts';
import { prompt } from '../support/scripted-provider.ts';
import { Workplace } from '../support/terminal.ts';
import { ailing } from './support/ailing.ts';

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

test('one that fails again is a newer letter in the store, and may be tried once more', async () => {
  using place = new Workplace();
  const storage = await openStorage({ path: place.path });
  try {
    const { engine, die, pass, recover, picture } = ailing({ automatic: false, storage });
    await die('a');
    const letters = new DeadLetterStore(storage);
    const journal = new ReplayJournal(storage);
    const hops = async () => (await letters.byRequest('a')).map((letter) => letter.hops);
    await until(async () => (await hops()).length === 1);
    for (const tries of [1, 2]) {
      engine.replayDeadLetters();
      await until(async () => (await hops())[0] === tries);
      await pass(0);
      expect(await hops()).toEqual([tries]);
      expect(await journal.isAnswered('a')).toBe(false);
      expect(picture()).toMatchObject({ depth: 1, stored: 1, replay: { failed: tries, left: 0 } });
    }
    recover();
    engine.replayDeadLetters();
    await until(async () => (await letters.count()).total === 0);
    expect(await journal.isAnswered('a')).toBe(true);
  } finally {
    await storage.close();
  }
});

test('where the store does not answer nothing is sent: that is told, and the letter stays', async () => {
  using place = new Workplace();
  const storage = await openStorage({ path: place.path });
  const { engine, die, pass, recover, asked, picture, dead, warned } = ailing({ automatic: false, storage });
  await die('a');
  recover();
  await storage.close();
  engine.replayDeadLetters();
  await until(async () => {
    await pass(1);
    return picture().replay.failed === 1;
  });
  expect(warned()).toContainEqual(expect.objectContaining({ event: 'replay failed' }));
  expect(asked).toHaveLength(1);
  expect(dead()).toEqual(['a']);
  expect(picture().replay).toMatchObject({ in_flight: 0 });
});

/** Waits for the storage thread: it has its own time. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
