import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SharedAccount, type SharedScope } from '../../../src/admission/spend/shared-account.ts';
import { outcomeRecord } from '../../../src/core/outcome.ts';
import type { Ticket } from '../../../src/core/reservation.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { SpendAccounts } from '../../../src/storage/spend-accounts.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { prompt, type ScriptedCall } from '../../support/scripted-provider.ts';
import { happen, testEngine } from '../../support/test-engine.ts';

/** A data directory that several processes share; one that is killed leaves everything as it was. */
async function directory(limit: bigint, scope: SharedScope = 'directory') {
  const storage = await openStorage({ path: 'memory' });
  const clock = new ManualClock();
  const accounts = new SpendAccounts(storage);
  const count = async (table: string): Promise<number> =>
    (await storage.read<{ n: number }>({ sql: `SELECT count(*) AS n FROM ${table}` }))[0]!.n;
  return {
    storage,
    clock,
    /** A process begins to spend. */
    async start(owner: string) {
      await storage.write([
        {
          sql: "INSERT INTO owners (id, pid, host, lease_until_ms) VALUES (?, ?, 'elsewhere', ?)",
          params: [owner, 1, clock.wall() + 1e9],
        },
      ]);
      return SharedAccount.join({
        storage,
        owner,
        scope,
        limit,
        clock,
        onFailure(thrown) {
          throw thrown;
        },
      });
    },
    kill: (owner: string) => storage.write([{ sql: 'DELETE FROM owners WHERE id = ?', params: [owner] }]),
    state: () => accounts.state('directory'),
    rows: async () => [await count('spend_accounts'), await count('spend_members')],
    [Symbol.asyncDispose]: () => storage.close(),
  };
}

test('what one process has spent or on its way, no other may spend', async () => {
  await using place = await directory(100n);
  const [a, b] = [await place.start('a'), await place.start('b')];
  const ticket = await a.reserve(60n, 60n);
  expect(ticket).toMatchObject({ amount: 60n });
  expect(await b.reserve(50n, 50n)).toBeNull();
  expect(b.state).toMatchObject({ spent: 0n, held: 60n });
  await place.storage.write([a.booking(45n)]);
  a.release(ticket!);
  expect(await b.reserve(50n, 50n)).toMatchObject({ amount: 50n });
  expect(await place.state()).toEqual({ spent: 45n, held: 50n });
});

test('of many that ask at once as many get in as fit', async () => {
  await using place = await directory(100n);
  const processes = await Promise.all(['a', 'b', 'c'].map((owner) => place.start(owner)));
  const asked = Array.from({ length: 60 }, (_, at) => processes[at % 3]!.reserve(3n, 3n));
  expect((await Promise.all(asked)).filter((ticket) => ticket !== null)).toHaveLength(33);
  expect(await place.state()).toEqual({ spent: 0n, held: 99n });
});

test('an answer that nobody limits is let in alone, however long it may become', async () => {
  await using place = await directory(100n);
  const [a, b] = [await place.start('a'), await place.start('b')];
  expect(await a.reserve(10n, 500n)).not.toBeNull();
  expect(await b.reserve(10n, 500n)).toBeNull();
});

test('what a process had on its way when it was killed is charged, once, and no more than that', async () => {
  await using place = await directory(100n);
  const a = await place.start('a');
  const done = await a.reserve(30n, 30n);
  await place.storage.write([a.booking(20n)]);
  a.release(done!);
  await a.reserve(40n, 40n);
  await place.kill('a');
  const [b, c] = await Promise.all([place.start('b'), place.start('c')]);
  expect(await place.state()).toEqual({ spent: 60n, held: 0n });
  expect(await b.reserve(41n, 41n)).toBeNull();
  expect(await c.reserve(40n, 40n)).not.toBeNull();
});

test('one that dies while others run is charged by the first whom it keeps out', async () => {
  await using place = await directory(100n);
  const [a, b] = [await place.start('a'), await place.start('b')];
  await a.reserve(10n, 90n);
  expect(await b.reserve(20n, 20n)).toBeNull();
  await place.kill('a');
  place.clock.advance(2000);
  expect(await b.reserve(20n, 20n)).toBeNull();
  expect(await place.state()).toEqual({ spent: 90n, held: 0n });
  expect(await b.reserve(5n, 5n)).toMatchObject({ amount: 5n });
});

test('the account is closed when the last of its processes has ended, not before', async () => {
  await using place = await directory(100n);
  const [a, b] = [await place.start('a'), await place.start('b')];
  await place.storage.write([a.booking(70n)]);
  await a.leave();
  expect(await b.reserve(31n, 31n)).toBeNull();
  await b.leave();
  expect(await place.rows()).toEqual([0, 0]);
  const later = await place.start('later');
  expect(await later.reserve(100n, 100n)).not.toBeNull();
});

test('a limit of a day counts what ended processes have spent, and begins anew at midnight UTC', async () => {
  await using place = await directory(100n, 'day');
  const a = await place.start('a');
  await place.storage.write([a.booking(100n)]);
  await a.leave();
  const b = await place.start('b');
  expect(await b.reserve(1n, 1n)).toBeNull();
  const { resetMs } = b;
  expect((place.clock.wall() + resetMs!) % 86_400_000).toBe(0);
  place.clock.advance(resetMs!);
  expect(b.state.spent).toBe(0n);
  expect(await b.reserve(1n, 1n)).not.toBeNull();
  // Who comes later forgets the day that is over, once nobody is left of it.
  await b.leave();
  await place.start('c');
  expect(await place.rows()).toEqual([1, 1]);
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      who: fc.nat(2),
      amount: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(99),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), who: fc.nat(2) }) },
);

test('processes that come, spend, refund and are killed never exceed the limit together, and the books are even', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
      await using place = await directory(100n);
      let born = 0;
      const processes: { owner: string; account: SharedAccount; open: Ticket[] }[] = [];
      const start = async () => {
        const owner = `p${born++}`;
        return { owner, account: await place.start(owner), open: [] as Ticket[] };
      };
      for (let at = 0; at < 3; at++) processes.push(await start());
      // What was really spent, and what nobody knows of because its process died.
      let [spent, lost] = [0n, 0n];
      for (const one of steps) {
        if (one.do === 'reserve') {
          const { account, open } = processes[one.who]!;
          const ticket = await account.reserve(BigInt(one.amount), BigInt(one.amount));
          if (ticket !== null) open.push(ticket);
        } else if (one.do === 'end') {
          const all = processes.flatMap((process) => process.open.map((ticket) => ({ process, ticket })));
          const found = all[one.which % all.length];
          if (found === undefined) continue;
          const cost = BigInt(Math.floor(Number(found.ticket.amount) * one.share));
          spent += cost;
          await place.storage.write([found.process.account.booking(cost)]);
          found.process.account.release(found.ticket);
          found.process.open.splice(found.process.open.indexOf(found.ticket), 1);
        } else {
          const { owner, open } = processes[one.who]!;
          lost += open.reduce((sum, { amount }) => sum + amount, 0n);
          await place.kill(owner);
          place.clock.advance(2000);
          processes[one.who] = await start();
        }
        const held = processes.flatMap(({ open }) => open).reduce((sum, { amount }) => sum + amount, 0n);
        expect(await place.state()).toEqual({ spent: spent + lost, held });
        expect(spent + lost + held).toBeLessThanOrEqual(100n);
      }
      for (const { account, open } of processes) for (const ticket of open) account.release(ticket);
      expect(await place.state()).toEqual({ spent: spent + lost, held: 0n });
      for (const { account } of processes) await account.leave();
      expect(await place.rows()).toEqual([0, 0]);
    }),
    { numRuns: 100 },
  );
});

describe('an engine whose limit is shared', () => {
  const DOLLAR = 1_000_000_000_000n;
  const PRICE = { input_per_1k: 1, output_per_1k: 2 };

  async function two(limit: bigint) {
    const place = await directory(limit);
    const budget = { max_spend_usd: Number(limit) / 1e12 };
    const engineOf = async (owner: string) => {
      const account = await place.start(owner);
      return {
        account,
        ...testEngine({ provided: PRICE, budget, clock: place.clock, account, storage: place.storage }),
      };
    };
    return { place, a: await engineOf('a'), b: await engineOf('b') };
  }
  const ask = (id: string, most: number) => prompt(id, { parameters: { max_tokens: most } });
  /** Until the store has answered. */
  const stored = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await happen();
  };
  const answer = (call: ScriptedCall, output: number): void => {
    call.attempt.inputTokens = 0;
    call.attempt.outputTokens = output;
    call.answer('x');
  };

  test('sends nothing before the money is set aside, and refuses what another engine has taken', async () => {
    const { place, a, b } = await two(DOLLAR);
    const first = a.send(ask('one', 400));
    expect(a.provider.calls).toHaveLength(0);
    await stored();
    expect(a.provider.calls).toHaveLength(1);
    const second = b.send(ask('two', 400));
    await stored();
    expect(second.outcomes[0]).toMatchObject({ status: 'limited', error: { code: 'spend_limit_reached' } });
    answer(a.provider.calls[0]!, 10);
    await stored();
    expect(outcomeRecord(first.outcomes[0]!)).toMatchObject({ status: 'completed', cost_usd: 0.02 });
    expect(a.account.state).toMatchObject({ spent: DOLLAR / 50n, held: 0n });
    const third = b.send(ask('three', 400));
    await stored();
    expect([third.status, b.provider.calls.length]).toEqual(['waiting', 1]);
    place.clock.advance(100);
    expect(b.engine.snapshot().spend).toMatchObject({
      total_usd: 0,
      limit_usd: 1,
      shared: { scope: 'directory', total_usd: 0.02 },
    });
    await place[Symbol.asyncDispose]();
  });

  test('gives back what was set aside for a request that was cancelled at the door, or whose deadline has passed there', async () => {
    const { place, a } = await two(DOLLAR);
    const cancelled = a.send(ask('one', 400));
    cancelled.cancel();
    const expired = a.send({ ...ask('two', 10), deadline_ms: 5 });
    place.clock.advance(5);
    await stored();
    expect([cancelled.status, expired.status, a.provider.calls.length]).toEqual(['cancelled', 'expired', 0]);
    expect(await place.state()).toEqual({ spent: 0n, held: 0n });
    await place[Symbol.asyncDispose]();
  });

  test('what is said to be affordable is set aside until it is submitted, and then at once', async () => {
    const { place, a, b } = await two(DOLLAR);
    expect(await a.engine.affordable(ask('one', 400))).toBe('yes');
    expect(await b.engine.affordable(ask('two', 400))).toBe('later');
    const sent = a.send(ask('one', 400));
    expect(a.provider.calls).toHaveLength(1);
    answer(a.provider.calls[0]!, 400);
    await stored();
    expect(sent.status).toBe('completed');
    expect(await b.engine.affordable(ask('two', 400))).toBe('no');
    expect(await place.state()).toMatchObject({ held: 0n });
    await place[Symbol.asyncDispose]();
  });

  test('a store that fails lets nothing in', async () => {
    const { place, a } = await two(DOLLAR);
    await place.storage.close();
    const sent = a.send(ask('one', 10));
    await stored();
    expect(sent.outcomes[0]).toMatchObject({ status: 'limited', error: { code: 'storage_failed' } });
    expect(a.provider.calls).toHaveLength(0);
  });
});
