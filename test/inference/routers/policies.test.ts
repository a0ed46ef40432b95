import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { Arbitrage, type Offer } from '../../../src/inference/routers/arbitrage/arbitrage.ts';
import { rewardOf } from '../../../src/inference/routers/bandit/bandit.ts';
import { EpsilonGreedy } from '../../../src/inference/routers/bandit/epsilon-greedy.ts';
import { inOrder } from '../../../src/inference/routers/cascade/cascade.ts';
import { Hedging } from '../../../src/inference/routers/hedge/hedging.ts';
import { leastLoaded } from '../../../src/inference/routers/least-loaded/least-loaded.ts';
import { Rotation } from '../../../src/inference/routers/round-robin/rotation.ts';
import { best, fastest, keywordDensity, longest } from '../../../src/inference/routers/tournament/scorers.ts';
import { SmoothWeighted } from '../../../src/inference/routers/weighted/smooth-weighted.ts';

const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

describe('smooth weighted', () => {
  test('over a round everybody has exactly as many turns as its weight', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 4 }), (all, rounds) => {
        const turns = new SmoothWeighted<number>((key) => all[key]!);
        const keys = all.map((_, key) => key);
        const total = all.reduce((sum, weight) => sum + weight, 0);
        const counts = all.map(() => 0);
        for (let i = 0; i < rounds * total; i++) counts[turns.pick(keys)]!++;
        expect(counts).toEqual(all.map((weight) => weight * rounds));
      }),
    );
  });

  test('turns are spread: nobody has two in a row while another has as much weight left', () => {
    const turns = new SmoothWeighted<string>((key) => ({ a: 5, b: 1, c: 1 })[key]!);
    expect(Array.from({ length: 7 }, () => turns.pick(['a', 'b', 'c'])).join('')).toBe('aabacaa');
  });

  test('who may not be chosen is not, and the others share as before', () => {
    const turns = new SmoothWeighted<string>((key) => ({ a: 5, b: 2, c: 1 })[key]!);
    const picked = Array.from({ length: 30 }, () => turns.pick(['b', 'c']));
    expect(picked.filter((key) => key === 'b')).toHaveLength(20);
    expect(picked).not.toContain('a');
  });
});

test('round robin gives each its turn, however many are left out', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(5), { maxLength: 4 }), (size, out) => {
      const all = Array.from({ length: size }, (_, key) => key);
      const allowed = all.filter((key) => !out.includes(key));
      fc.pre(allowed.length > 0);
      const rotation = new Rotation(all);
      const turns = Array.from({ length: allowed.length * 3 }, () => rotation.pick(allowed));
      expect(turns).toEqual([...allowed, ...allowed, ...allowed]);
    }),
  );
});

test('least loaded finds all that are equally idle, and nobody who is busier', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), (loads) => {
      const keys = loads.map((_, key) => key);
      const least = Math.min(...loads);
      expect(leastLoaded(keys, (key) => loads[key]!)).toEqual(keys.filter((key) => loads[key] === least));
    }),
  );
});

test('a cascade keeps the order of the configuration among equals', () => {
  const priorities: Record<string, number> = { a: 1, b: 0, c: 1, d: 0 };
  expect(inOrder(Object.keys(priorities), (key) => priorities[key]!)).toEqual(['b', 'd', 'a', 'c']);
});

const offer = (key: string, cost: number, p95Ms: number, more: Partial<Offer<string>> = {}): Offer<string> => ({
  key,
  cost,
  p95Ms,
  priority: 0,
  busy: false,
  ...more,
});

describe('arbitrage', () => {
  test('takes the cheapest that is fast enough, whatever the others are', () => {
    const offers = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 1000 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(offers, fc.integer({ min: 1, max: 1000 }), (given, slaMs) => {
        const all = given.map(([cost, p95Ms], i) => offer(`${i}`, cost, p95Ms));
        const arbitrage = new Arbitrage<string>();
        const { key, kind } = arbitrage.select(all, slaMs, 0);
        const meeting = all.filter(({ p95Ms }) => p95Ms <= slaMs);
        const chosen = all.find((one) => one.key === key)!;
        if (meeting.length > 0) {
          expect(kind).toBe('meets');
          expect(chosen.cost).toBe(Math.min(...meeting.map(({ cost }) => cost)));
        } else {
          expect(kind).toBe('fastest');
          expect(chosen.p95Ms).toBe(Math.min(...all.map(({ p95Ms }) => p95Ms)));
        }
        expect(arbitrage.misses).toBe(meeting.length > 0 ? 0 : 1);
      }),
    );
  });

  test('explores who has no samples, one call at a time, the cheapest first', () => {
    const arbitrage = new Arbitrage<string>();
    const known = offer('known', 1, 100);
    const offers = [known, offer('dear', 9, Number.NaN), offer('cheap', 0, Number.NaN)];
    expect(arbitrage.select(offers, 200, 0)).toEqual({ key: 'cheap', kind: 'explores' });
    const busy = [known, offer('dear', 9, Number.NaN), offer('cheap', 0, Number.NaN, { busy: true })];
    expect(arbitrage.select(busy, 200, 1)).toEqual({ key: 'dear', kind: 'explores' });
    expect(arbitrage.select(busy, 200, 2)).toEqual({ key: 'known', kind: 'meets' });
  });

  test('who only fails is not explored again and again', () => {
    const arbitrage = new Arbitrage<string>();
    const offers = [offer('known', 1, 100), offer('fails', 0, Number.NaN)];
    const kinds = Array.from({ length: 10_000 }, (_, now) => arbitrage.select(offers, 200, now).kind);
    expect(kinds.filter((kind) => kind === 'explores')).toHaveLength(1);
  });

  test('somebody cheaper who was too slow gets another chance, a minute later', () => {
    const arbitrage = new Arbitrage<string>();
    const offers = [offer('known', 1, 100), offer('was slow', 0, 900)];
    const explored = [0, 59_999, 60_000, 60_001, 119_999, 120_000].filter(
      (now) => arbitrage.select(offers, 200, now).kind === 'explores',
    );
    expect(explored).toEqual([60_000, 120_000]);
    expect(arbitrage.explored).toBe(2);
  });

  test('among equal costs the priority decides; a price that nobody knows is the dearest', () => {
    const arbitrage = new Arbitrage<string>();
    const unknown = Number.POSITIVE_INFINITY;
    const pick = (...offers: Offer<string>[]) => arbitrage.select(offers, 200, 0).key;
    expect(pick(offer('a', 1, 100, { priority: 1 }), offer('b', 1, 150))).toBe('b');
    expect(pick(offer('a', unknown, 100), offer('b', 5, 150))).toBe('b');
    expect(pick(offer('a', unknown, 100, { priority: 1 }), offer('b', unknown, 150))).toBe('b');
  });
});

describe('bandit', () => {
  test('tries everybody once, then stays with the best and explores with its share', () => {
    const greedy = new EpsilonGreedy<string>(0.1, seededRandom(7));
    const means: Record<string, number> = { a: 0.2, b: 0.8, c: 0.5 };
    const keys = Object.keys(means);
    const pulls: Record<string, number> = { a: 0, b: 0, c: 0 };
    let explored = 0;
    for (let i = 0; i < 5000; i++) {
      const { key, explores } = greedy.pick(keys);
      pulls[key]!++;
      if (explores) explored++;
      greedy.record(key, means[key]!);
    }
    expect(pulls['b']! / 5000).toBeGreaterThan(0.9);
    expect(Math.min(...Object.values(pulls))).toBeGreaterThan(100);
    expect(greedy.explored).toBe(explored);
    expect(Math.abs(explored / 5000 - 0.1)).toBeLessThan(0.02);
  });

  test('notices that the best arm has become bad', () => {
    const greedy = new EpsilonGreedy<string>(0.1, seededRandom(3));
    const picks: string[] = [];
    for (let i = 0; i < 8000; i++) {
      const { key } = greedy.pick(['a', 'b']);
      picks.push(key);
      greedy.record(key, key === 'b' ? 0.6 : i < 3000 ? 0.9 : 0.1);
    }
    expect(picks.slice(1000, 3000).filter((key) => key === 'a').length).toBeGreaterThan(1800);
    expect(picks.slice(-2000).filter((key) => key === 'b').length).toBeGreaterThan(1800);
  });

  test('a failure earns nothing, an answer less the longer it took', () => {
    expect(rewardOf(false, 1, 1000)).toBe(0);
    expect(rewardOf(true, 0, 1000)).toBe(1);
    expect(rewardOf(true, 1000, 1000)).toBe(0.5);
  });
});

describe('hedging', () => {
  test('waits for the percentile of what is usual, once enough is known', () => {
    const hedging = new Hedging<string>(0.95, 0.05);
    for (let ms = 1; ms <= 19; ms++) hedging.record('a', ms);
    expect(hedging.delayMs('a')).toBeNull();
    for (let ms = 20; ms <= 100; ms++) hedging.record('a', ms);
    expect(hedging.delayMs('a')).toBe(95);
    expect(hedging.delayMs('b')).toBeNull();
  });

  test('second calls never exceed their share of all, at any moment', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(fc.boolean()), (share, wanted) => {
        const hedging = new Hedging<string>(0.95, share);
        for (const wants of wanted) {
          hedging.calls++;
          if (wants) hedging.take();
          expect(hedging.extra).toBeLessThanOrEqual(share * hedging.calls);
        }
      }),
    );
  });
});

test('what second calls cost never exceeds their share of the spend by more than one answer was longer than usual', () => {
  const call = fc.record({
    second: fc.boolean(),
    likely: fc.integer({ min: 1, max: 50 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(call), (share, calls) => {
      const hedging = new Hedging<string>(0.95, share);
      let paid = 0;
      for (const { second, likely, share: used } of calls) {
        // Of calls there are always enough: the money decides.
        hedging.calls += 1000;
        hedging.paid(likely * used, null);
        if (second && hedging.take(likely)) {
          hedging.paid(likely * used, likely);
          paid += likely * used;
        }
        expect(hedging.extraSpent).toBeLessThanOrEqual(share * (hedging.spent + 50) + 1e-9);
      }
      expect(hedging.extraSpent).toBe(paid);
    }),
  );
});

test('what a second call will likely cost is held until it has ended, and then counts as what it was', () => {
  const hedging = new Hedging<string>(0.95, 0.5);
  hedging.calls = 1000;
  hedging.paid(10, null);
  expect([hedging.take(4), hedging.take(4), hedging.capped]).toEqual([true, false, 1]);
  hedging.paid(1, 4);
  expect([hedging.spent, hedging.extraSpent]).toEqual([11, 1]);
  expect([hedging.take(4), hedging.take(4), hedging.extra]).toEqual([true, false, 2]);
});

describe('scorers of a tournament', () => {
  const short = { provider: 'a', text: 'Source: none.', ms: 10 };
  const long = { provider: 'b', text: 'A long answer that cites its source, and another source.', ms: 90 };

  test.each([
    ['longest', longest, long],
    ['fastest', fastest, short],
    ['keyword density', keywordDensity(['SOURCE']), short],
    ['one of your own', ({ provider }: { provider: string }) => (provider === 'b' ? 1 : 0), long],
  ])('%s', (_name, scorer, winner) => {
    expect(best([short, long], scorer)).toBe(winner);
  });

  test('among equals the first wins; a score that is no number never does', () => {
    expect(best([short, long], () => 1)).toBe(short);
    expect(best([short, long], ({ provider }) => (provider === 'a' ? Number.NaN : 0))).toBe(long);
    expect(best([], longest)).toBeNull();
  });
});
