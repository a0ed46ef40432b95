import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../src/providers/http/retry-after.ts';
import { askOnce } from '../../support/provider-call.ts';
import { json, Upstream } from '../../support/upstream.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);
const HOUR = 3_600_000;

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': ' 7 ' }, 7000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '-5' }, 0],
  [{ 'retry-after': '99999999999' }, HOUR],
  [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Thursday, 01-Jan-26 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': 'Fri, 01 Jan 2027 12:00:00 GMT' }, HOUR],
  [{ 'retry-after-ms': '1500' }, 1500],
  [{ 'retry-after-ms': '1500', 'retry-after': '60' }, 1500],
  [{ 'retry-after-ms': 'soon', 'retry-after': '3' }, 3000],
  [{ 'retry-after-ms': '-1' }, 0],
  [{ 'retry-after': '1, 5' }, 5000],
  [{ 'retry-after-ms': '700,20', 'retry-after': '9' }, 700],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '1,' }, undefined],
  [{ 'retry-after': '1, soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': 'NaN' }, undefined],
  [{ 'retry-after': '1e9' }, undefined],
  [{}, undefined],
] as const)('faults 1 and 2: %j is %s ms', (headers: Readonly<Record<string, string>>, ms) => {
  expect(retryAfterMs((name) => headers[name], NOW)).toBe(ms);
});

test.each([429, 503, 529])('faults 1 and 2: it is kept with the error of a %i', async (status) => {
  await using upstream = await Upstream.start([
    json(status, { error: { message: 'later' } }, { 'retry-after': '3' }),
    json(status, { error: { message: 'later' } }),
  ]);
  const base_url = `${upstream.url}/v1`;
  expect((await askOnce('open_ai', { base_url })).error?.retryAfterMs).toBe(3000);
  expect((await askOnce('open_ai', { base_url })).error?.retryAfterMs).toBeUndefined();
});
