import type { Clock } from '../../src/core/clock.ts';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { DeadLetterRing } from '../../src/pipeline/dead-letters.ts';
import { DeadLetterReplay, type DeadLetterReplaySettings } from '../../src/schedule/dead-letter-replay.ts';
import { ReplayStore } from '../../src/schedule/replay-store.ts';
import { ReplayJournal } from '../../src/storage/replays.ts';
import { type PlantedBug, replace } from './planted-bug.ts';

/** What a planted bug touches of the inside. */
interface ReplayInside {
  readonly parts: { clock: Clock };
  settings: DeadLetterReplaySettings;
}

/** Bugs in what sends dead letters again, and in what it writes down. */
export const REPLAY_BUGS: readonly PlantedBug[] = [
  {
    name: 'a dead letter is sent again and again',
    foundBy: ['replays'],
    plant: () =>
      replace<ReplayInside, [DeadLetter]>(DeadLetterReplay, 'dead', (self, _args, original) => {
        self.settings = { ...self.settings, maxDeaths: 100 };
        original();
      }),
  },
  {
    name: 'a dead letter is sent again too early',
    foundBy: ['replays'],
    plant: () =>
      replace<ReplayInside, [DeadLetter]>(DeadLetterReplay, 'dead', (self, _args, original) => {
        const { clock } = self.parts;
        self.parts.clock = { after: (ms, fn) => clock.after(ms / 2, fn) } as Clock;
        original();
        self.parts.clock = clock;
      }),
  },
  {
    name: 'a dead letter stays although its request was answered',
    foundBy: ['replays'],
    plant: () => replace(DeadLetterRing, 'remove', () => undefined),
  },
  {
    name: 'somebody sends letters again, and one is forgotten',
    foundBy: ['replays'],
    plant: () =>
      replace<object, [{ letters?: readonly DeadLetter[] }]>(
        DeadLetterReplay,
        'replay',
        (self, [selection], original) => {
          const { ring } = (self as { parts: { ring: DeadLetterRing } }).parts;
          selection.letters = ring.list().slice(1);
          return original();
        },
      ),
  },
  {
    name: 'a letter is sent again before it is claimed',
    foundBy: ['journal'],
    plant: () =>
      replace<object, [number, string, string]>(ReplayJournal, 'claim', (_self, _args, original) => {
        (original() as Promise<boolean>).catch(() => undefined);
        return Promise.resolve(true);
      }),
  },
  {
    name: 'the letter of an answered request stays in the store',
    foundBy: ['journal'],
    plant: () =>
      replace<object, [object]>(ReplayStore, 'removal', () =>
        Promise.resolve({ sql: 'DELETE FROM dead_letters WHERE 0' }),
      ),
  },
];
