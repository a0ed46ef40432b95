import { expect, test } from 'vitest';
import { ReplayJournal } from '../../../src/storage/replays.ts';
import { replace } from '../planted-bug.ts';
import { crashSchedule } from './schedule.ts';

const SCHEDULES = 300;

async function firstFailure(): Promise<string | null> {
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const wrong = await crashSchedule(seed);
    if (wrong !== null) return `schedule ${seed}: ${wrong}`;
  }
  return null;
}

test('replays that are killed at any point lose nothing and do nothing twice', async () => {
  expect(await firstFailure()).toBeNull();
});

test.each([
  [
    'a record is sent before its claim is on the disk',
    /effects|twice|throws/,
    () =>
      replace<object, unknown[]>(ReplayJournal, 'claim', (_self, _args, original) => {
        void original();
        return Promise.resolve(true);
      }),
  ],
  [
    'what is open counts as failed',
    /effects|twice|still a dead letter/,
    () =>
      replace<object, unknown[]>(ReplayJournal, 'find', async (_self, _args, original) => {
        const found = (await original()) as { state: string } | undefined;
        return found?.state === 'open' ? { ...found, state: 'failed' } : found;
      }),
  ],
  [
    'an answer counts as printed at once',
    /lost|never printed/,
    () => replace(ReplayJournal, 'unprinted', () => Promise.resolve([])),
  ],
])('a planted bug is found: %s', async (_name, found, plant) => {
  const takeOut = plant();
  try {
    expect(await firstFailure()).toMatch(found);
  } finally {
    takeOut();
  }
});
