import { expect, test } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { type SpendRow, SpendStore, spendInsert } from '../../src/storage/spend.ts';

const DAY_MS = 86_400_000;

const row = (fields: Partial<SpendRow>): SpendRow => ({
  at: DAY_MS,
  requestId: 'r1',
  session: null,
  tenant: null,
  provider: 'paid',
  model: 'm',
  source: 'model',
  attempt: 0,
  input: 10,
  output: 5,
  cacheRead: 0,
  cacheWrite: 0,
  estimated: false,
  cost: 1n,
  saved: 0n,
  ...fields,
});

async function stored(...rows: readonly Partial<SpendRow>[]) {
  const storage = await openStorage({ path: 'memory' });
  await storage.write(rows.map((fields) => spendInsert(row(fields))));
  return { store: new SpendStore(storage), [Symbol.asyncDispose]: () => storage.close() };
}

test('sums are exact, however large, and what has no price is counted, not added', async () => {
  await using place = await stored(
    { cost: 9_007_199_254_740_993n },
    { requestId: 'r2', cost: 1n },
    { requestId: 'r2', attempt: 1, cost: null },
    { requestId: 'r3', model: 'other', cost: 2n },
  );
  expect(await place.store.sums('model')).toEqual([
    {
      name: 'm',
      requests: 2,
      attempts: 3,
      input: 30,
      output: 15,
      cost: 9_007_199_254_740_994n,
      saved: 0n,
      unpriced: 1,
    },
    { name: 'other', requests: 1, attempts: 1, input: 10, output: 5, cost: 2n, saved: 0n, unpriced: 0 },
  ]);
});

test('days come in their order, sessions and tenants with those that have none, and only since a time', async () => {
  await using place = await stored(
    { at: 3 * DAY_MS, session: 's', cost: 5n },
    { at: DAY_MS, tenant: 't', cost: 7n },
    { at: DAY_MS + 1, source: 'cache', cost: 0n, saved: 3n, input: 0, output: 0 },
  );
  const names = async (...by: Parameters<SpendStore['sums']>) =>
    (await place.store.sums(...by)).map(({ name }) => name);
  expect(await names('day')).toEqual(['1970-01-02', '1970-01-04']);
  expect(await names('session')).toEqual([null, 's']);
  expect(await names('tenant')).toEqual(['t', null]);
  expect(await names('day', 2 * DAY_MS)).toEqual(['1970-01-04']);
  expect((await place.store.sums('day'))[0]).toMatchObject({ requests: 1, attempts: 1, cost: 7n, saved: 3n });
});

test('the rows of a request come back as they were written; the oldest rows leave first', async () => {
  await using place = await stored({ cost: null, estimated: true }, { attempt: 1 }, { requestId: 'r2' });
  expect(await place.store.ofRequest('r1')).toEqual([row({ cost: null, estimated: true }), row({ attempt: 1 })]);
  await place.store.sweep(1);
  expect(await place.store.ofRequest('r1')).toEqual([]);
  expect(await place.store.ofRequest('r2')).toHaveLength(1);
});
