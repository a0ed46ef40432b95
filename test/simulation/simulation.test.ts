import { describe, expect, test } from 'vitest';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { failureText } from './report.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { simulate, type Verdict } from './simulate.ts';
import { NOTHING, tallyOf, together } from './tally.ts';

/** Seeds within which a planted bug has to be found. */
const BOUND = 300;

async function firstFailure(): Promise<Verdict | null> {
  for (let seed = 1; seed <= BOUND; seed++) {
    const verdict = await simulate(seed);
    if (verdict.violation !== null) return verdict;
  }
  return null;
}

test('nothing is violated', async () => {
  for (let seed = 1; seed <= BOUND / 2; seed++) {
    const { violation, tail } = await simulate(seed);
    expect(violation, `seed ${seed}\n${tail.join('\n')}`).toBeNull();
  }
});

test('one seed is one course of events: the same hash again, with or without a trace', async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    const lines: string[] = [];
    const [plain, traced] = [await simulate(seed), await simulate(seed, { print: (line) => lines.push(line) })];
    expect(traced.hash, `seed ${seed}`).toBe(plain.hash);
    expect(lines.slice(-plain.tail.length)).toEqual(plain.tail);
    hashes.add(plain.hash);
  }
  expect(hashes.size).toBe(40);
});

describe('what a scenario is about happens in it', () => {
  test.each(SCENARIOS)('$name', async (scenario) => {
    let tally = NOTHING;
    for (let seed = 1; seed <= 15; seed++) tally = together(tally, tallyOf(await simulate(seed, { scenario })));
    expect(tally.failures).toEqual([]);
    for (const event of scenario.shows) expect(tally.counts[event] ?? 0, event).toBeGreaterThan(0);
  });
});

describe('a planted bug is found', () => {
  test.each(PLANTED_BUGS)('$name', async ({ plant, foundBy }) => {
    const takeOut = plant();
    try {
      const found = await firstFailure();
      expect(foundBy, found?.violation?.message).toContain(found?.violation?.checker);
      // Its seed leads there again.
      expect(await simulate(found!.seed)).toEqual(found);
      const [failure] = tallyOf(found!).failures;
      const report = failureText(failure!, false);
      expect(report).toContain(`npm run simulate -- --seed ${found!.seed} --seeds 1 --trace`);
      expect(report).toContain(found!.violation!.message);
      expect(report).toContain(found!.tail.at(-1));
    } finally {
      takeOut();
    }
  });
});
