import { expect, test } from 'vitest';
import { limitIn } from '../../src/server/open-files.ts';
import { testServer } from './support/server.ts';

test.each([
  ['Max open files            1024                 524288               files     \n', 1024],
  [
    'Max cpu time              unlimited\nMax open files            unlimited            unlimited            files\n',
    Infinity,
  ],
  ['Max processes             1024                 1024                 processes \n', null],
])('the soft limit is read: %#', (text, limit) => {
  expect(limitIn(text)).toBe(limit);
});

test('fault 47: a limit on open files that a few clients would reach is told at the start, with the way out', async () => {
  await using tight = await testServer({ openFiles: 256 });
  const [line] = tight.log.map((text) => JSON.parse(text)).filter((entry) => entry.open_files !== undefined);
  expect(line).toMatchObject({ level: 'warn', open_files: 256 });
  expect(line.msg).toMatch(/256 files.*ulimit -n/);
  await using roomy = await testServer({ openFiles: 100_000 });
  await using unknown = await testServer({ openFiles: null });
  expect([...roomy.log, ...unknown.log].some((text) => text.includes('open_files'))).toBe(false);
});
