import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fingerprintHex, hammingDistance, SimHash } from '../../src/primitives/simhash.ts';
import { NearDuplicates } from '../../src/reuse/near/near-duplicates.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { happen, testEngine } from '../support/test-engine.ts';

interface Case {
  readonly area: string;
  // biome-ignore lint/suspicious/noExplicitAny: each area has its own shape
  readonly [part: string]: any;
}

const cases = readFileSync(new URL('../conformance/reuse.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

const deduplicated = (seconds: number) =>
  testEngine({ reuse: { deduplication: { enabled: true, window_s: seconds, max_entries: 10 } } });

/** What a registration came to, in the words of the cases. */
const RESULT = { model: 'new', cache: 'cached', coalesced: 'in_progress', near_duplicate: 'near' } as const;

const check: Readonly<Record<string, (one: Case) => void | Promise<void>>> = {
  async dedup_exact({ given, when, then }) {
    const ttlMs = given.ttl_ms ?? given.ttl_s * 1000;
    const world = deduplicated(ttlMs / 1000);
    const { send, clock, provider } = world;
    const registered: ReturnType<typeof send>[] = [];
    for (const deed of when as (string | { advance_ms: number })[]) {
      const waits = /^(\d+) callers wait on k$/.exec(String(deed));
      if (typeof deed !== 'string') clock.advance(deed.advance_ms);
      else if (deed === 'register k') registered.push(send('k'));
      else if (waits !== null) for (let i = 0; i < Number(waits[1]); i++) registered.push(send('k'));
      else if (deed === 'owner dropped without completing') registered.at(-1)!.cancel();
      else {
        const answer = /^complete k(?: with (.*))?$/.exec(deed);
        expect(answer, deed).not.toBeNull();
        provider.call('k').answer(answer![1] ?? 'R');
        await happen();
      }
    }
    if (then.results !== undefined) {
      const open = registered.map(({ job }) => job.answeredFrom);
      expect(
        registered.map(({ job }, i) => {
          const result = RESULT[open[i] ?? 'model'];
          return result === 'cached' && then.results[i] !== 'cached' ? `${result}:${job.text}` : result;
        }),
      ).toEqual(then.results);
    }
    if (then.every_waiter_receives !== undefined) {
      for (const { outcomes } of registered) expect(outcomes).toMatchObject([{ text: then.every_waiter_receives }]);
    }
  },

  async coalescer({ then }) {
    const { send, provider, engine } = deduplicated(30);
    const [r1, r2, r3] = [send('p'), send('p'), send('p')];
    expect(provider.calls).toHaveLength(1);
    provider.call('p').answer('x');
    await happen();
    expect([r1.job.source, r2.job.source, r3.job.source]).toEqual(['model', 'coalesced', 'coalesced']);
    for (const one of [r1, r2, r3]) expect(one.outcomes).toMatchObject([{ text: 'x' }]);
    const { totals, reuse } = engine.snapshot();
    const { total_submitted, deduplicated: joined, dedup_rate, active } = then.stats;
    expect([totals.submitted, reuse!.in_flight_joins, totals.in_flight]).toEqual([total_submitted, joined, active]);
    expect(reuse!.in_flight_joins / totals.submitted).toBeCloseTo(dedup_rate, 4);
    expect(then.fan_out).toBe(joined);
  },

  simhash_fingerprint({ given, then }) {
    expect(fingerprintHex(new SimHash().of(given.text))).toBe(then.hex);
  },

  simhash_distance({ given: { a, b }, then }) {
    const simHash = new SimHash();
    const distance = hammingDistance(simHash.of(a), simHash.of(b));
    expect(distance).toBe(then.distance);
    expect(distance <= 3).toBe(then.duplicate_at_threshold_3);
    expect(new NearDuplicates({}, new ManualClock()).compare(a, b)).toMatchObject({
      distance,
      same: then.duplicate_at_threshold_3,
    });
  },

  semantic_dedup({ given, when, then }) {
    const known = new NearDuplicates(
      { similarityThreshold: given.threshold, windowMs: given.ttl_s * 1000 },
      new ManualClock(),
    );
    const novel = (when as string[]).map((deed) => {
      const text = deed.replace('check_register ', '');
      if (known.find(text) !== null) return false;
      known.add(text, 'answer');
      return true;
    });
    expect(novel).toEqual(then.novel);
  },
};

describe('what the document’s tests say', () => {
  test.each(cases)('$area: $given', (one) => check[one.area]!(one));
});
