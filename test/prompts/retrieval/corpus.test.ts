import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createIds } from '../../../src/core/ids.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { Corpus } from '../../../src/prompts/retrieval/corpus.ts';
import { Bookshelf } from '../../support/bookshelf.ts';

function open(shelf: Bookshelf, sources: readonly string[] = ['**/*.md'], directory: string | null = null) {
  const told: string[] = [];
  const corpus = new Corpus({
    sources,
    cwd: shelf.path,
    directory,
    passageBytes: 1024,
    clock: systemClock,
    ids: createIds('index', seededRandom(1)),
    tell: (level, subject, message) => void told.push(`${level}: ${subject} ${message}`),
  });
  return { corpus, told, find: (question: string) => corpus.search(question).map(({ path }) => path) };
}

/** The path of the stored index over one file, about apples. */
async function storedIndex(shelf: Bookshelf): Promise<string> {
  shelf.write('a.md', 'All about apples.');
  const { corpus } = open(shelf, ['*.md'], shelf.data);
  await corpus.refresh();
  await corpus.save();
  return shelf.indexes()[0]!;
}

test('what was added, changed, renamed and deleted is known after the next look', async () => {
  using shelf = new Bookshelf();
  shelf.write('a.md', 'All about apples.');
  shelf.write('b.md', 'All about bananas.');
  const { corpus, find } = open(shelf);
  expect(await corpus.refresh()).toBe(2);
  expect([find('apple'), find('bananas')]).toEqual([['a.md'], ['b.md']]);
  expect(await corpus.refresh()).toBe(0);

  shelf.write('a.md', 'All about cherries.');
  shelf.write('c.md', 'All about dates.');
  expect(await corpus.refresh()).toBe(2);
  expect([find('apple'), find('cherry'), find('dates')]).toEqual([[], ['a.md'], ['c.md']]);

  shelf.rename('a.md', 'z.md');
  expect(await corpus.refresh()).toBe(2);
  expect(find('cherry')).toEqual(['z.md']);

  shelf.delete('z.md');
  shelf.delete('b.md');
  expect(await corpus.refresh()).toBe(2);
  expect([find('cherry'), find('bananas'), corpus.documents, corpus.passages]).toEqual([[], [], 1, 1]);
});

test('only files with another size or time are read again, after a restart, too', async () => {
  using shelf = new Bookshelf();
  shelf.write('a.md', 'All about apples.');
  shelf.write('b.md', 'All about bananas.');
  const first = open(shelf, ['*.md'], shelf.data);
  await first.corpus.refresh();
  await first.corpus.save();

  shelf.writeUnseen('a.md', 'All about pears.!');
  shelf.write('b.md', 'All about beetroots.');
  const second = open(shelf, ['*.md'], shelf.data);
  expect(await second.corpus.refresh()).toBe(1);
  expect(['apples', 'pears', 'bananas', 'beetroots'].map(second.find)).toEqual([['a.md'], [], [], ['b.md']]);
  expect(second.corpus.documents).toBe(2);
});

test('a file that was only touched keeps its passages', async () => {
  using shelf = new Bookshelf();
  shelf.write('a.md', 'All about apples.');
  const { corpus, find } = open(shelf);
  await corpus.refresh();
  shelf.write('a.md', 'All about apples.');
  await corpus.refresh();
  expect([corpus.passages, find('apples')]).toEqual([1, ['a.md']]);
});

test('the stored index is private, one for each set of patterns, and not written without a change', async () => {
  using shelf = new Bookshelf();
  shelf.write('a.md', 'All about apples.');
  for (const sources of [['*.md'], ['a.*']]) {
    const { corpus } = open(shelf, sources, shelf.data);
    await corpus.refresh();
    await corpus.save();
  }
  const indexes = shelf.indexes();
  expect(indexes).toHaveLength(2);
  for (const index of indexes) expect(statSync(index).mode & 0o777).toBe(0o600);

  const before = indexes.map((index) => statSync(index, { bigint: true }).ino);
  const { corpus } = open(shelf, ['*.md'], shelf.data);
  await corpus.refresh();
  await corpus.save(Number.POSITIVE_INFINITY);
  expect(shelf.indexes().map((index) => statSync(index, { bigint: true }).ino)).toEqual(before);
});

test.each([
  ['cut off', (text: string) => text.slice(0, -20), 'damaged'],
  ['altered', (text: string) => text.replace('apples', 'apricot'), 'damaged'],
  ['something else', () => 'hello\n', 'no index'],
  ['empty', () => '', 'no index'],
])('an index file that is %s is made anew, and that is told', async (_what, damage, said) => {
  using shelf = new Bookshelf();
  const index = await storedIndex(shelf);
  writeFileSync(index, damage(readFileSync(index, 'utf8')));

  const second = open(shelf, ['*.md'], shelf.data);
  expect(await second.corpus.refresh()).toBe(1);
  expect(second.find('apples')).toEqual(['a.md']);
  expect(second.told).toEqual([expect.stringMatching(new RegExp(`^warn: ${index} the index is made anew: .*${said}`))]);
  await second.corpus.save();
  const third = open(shelf, ['*.md'], shelf.data);
  expect([await third.corpus.refresh(), third.told]).toEqual([0, []]);
});

test("another release's index is passed over", async () => {
  using shelf = new Bookshelf();
  const index = await storedIndex(shelf);
  writeFileSync(index, readFileSync(index, 'utf8').replace(/version \d+/, 'version 0'));
  const second = open(shelf, ['*.md'], shelf.data);
  expect([await second.corpus.refresh(), second.told]).toEqual([1, []]);
});

test('a data directory that cannot be written costs the next start its head start, and is told', async () => {
  using shelf = new Bookshelf();
  shelf.write('a.md', 'All about apples.');
  const { corpus, told, find } = open(shelf, ['*.md'], join(shelf.path, 'a.md'));
  await corpus.refresh();
  await corpus.save();
  expect(find('apples')).toEqual(['a.md']);
  expect(told.at(-1)).toMatch(/^warn: .*a\.md\/retrieval\/.* the index cannot be written: /);
});

test('what is no text is left out, with the reason, once', async () => {
  using shelf = new Bookshelf();
  shelf.write('good.md', 'Good text, even with ünïcödé.');
  shelf.write('picture.md', new Uint8Array([0x89, 0x50, 0, 1]));
  shelf.write('latin.md', new Uint8Array([0x61, 0xe4, 0x62]));
  shelf.write('huge.md', 'x'.repeat(1024 * 1024 + 1));
  const { corpus, told } = open(shelf);
  await corpus.refresh();
  await corpus.refresh();
  expect(told).toEqual([
    'info: huge.md is larger than 1 MiB',
    'info: latin.md is not UTF-8 text',
    'info: picture.md is binary',
  ]);
  expect([corpus.documents, corpus.skipped]).toEqual([1, 3]);
  shelf.write('picture.md', 'No picture any more, but words.');
  await corpus.refresh();
  expect([corpus.documents, corpus.skipped]).toEqual([2, 2]);
});

test('a pattern that names no file is told once, and found when there is one', async () => {
  using shelf = new Bookshelf();
  shelf.write('notes/a.md', 'All about apples.');
  const { corpus, told, find } = open(shelf, ['notes', 'nowhere/*.md']);
  await corpus.refresh();
  await corpus.refresh();
  expect(told).toEqual(
    ['notes', 'nowhere/*.md'].map((pattern) => expect.stringContaining(`warn: ${pattern} names no`)),
  );
  shelf.write('nowhere/b.md', 'All about bananas.');
  await corpus.refresh();
  expect(find('bananas')).toEqual(['nowhere/b.md']);
});

// Root reads everything; this one nobody does.
test.skipIf(process.platform !== 'linux')('a file that cannot be read is named, and the others are found', async () => {
  using shelf = new Bookshelf();
  shelf.write('a.md', 'All about apples.');
  const { corpus, told, find } = open(shelf, ['*.md', '/proc/self/mem']);
  await corpus.refresh();
  expect(told).toEqual([expect.stringMatching(/^warn: \/proc\/self\/mem cannot be read: /)]);
  expect(find('apples')).toEqual(['a.md']);
});

test('files beyond 16 MiB are left out by name; when others leave they come in', async () => {
  using shelf = new Bookshelf();
  const megabyte = `${'word '.repeat(200_000)}\n`;
  for (let i = 10; i < 27; i++) shelf.write(`${i}.md`, megabyte);
  shelf.write('tail.md', 'All about apples.');
  const { corpus, told, find } = open(shelf);
  await corpus.refresh();
  expect(told).toEqual(['warn: 26.md is left out: all files together are larger than 16 MiB']);
  expect(find('apples')).toEqual(['tail.md']);
  shelf.delete('10.md');
  await corpus.refresh();
  expect([corpus.documents, corpus.skipped]).toEqual([17, 0]);
});

test('of many files with a fault, ten are told by name', async () => {
  using shelf = new Bookshelf();
  for (let i = 10; i < 25; i++) shelf.write(`${i}.md`, new Uint8Array([0]));
  const { corpus, told } = open(shelf);
  await corpus.refresh();
  expect(told).toHaveLength(11);
  expect(told.slice(-2)).toEqual(['info: 19.md is binary', 'info: 5 more files are left out, too']);
  expect(corpus.skipped).toBe(15);
});

test('links, dependencies and hidden files', async () => {
  using shelf = new Bookshelf();
  shelf.write('deep/a.md', 'apples');
  shelf.write('node_modules/x/b.md', 'apples');
  shelf.write('.hidden/c.md', 'apples');
  symlinkSync(join(shelf.path, 'deep/a.md'), join(shelf.path, 'link.md'));
  symlinkSync(shelf.path, join(shelf.path, 'deep/loop'));
  symlinkSync('nowhere', join(shelf.path, 'dangling.md'));
  mkdirSync(join(shelf.path, 'folder.md'));
  const paths = async (...sources: string[]) => {
    const { corpus } = open(shelf, sources);
    await corpus.refresh();
    return corpus.documents;
  };
  expect(await paths('**/*.md')).toBe(2);
  expect(await paths('node_modules/x/*.md')).toBe(1);
  expect(await paths('.hidden/*.md')).toBe(1);
  expect(await paths(`${shelf.path}/deep/*.md`, 'deep/../deep/a.md')).toBeGreaterThan(0);
});

test('a reading that is stopped keeps what it has, and the next start goes on from there', async () => {
  using shelf = new Bookshelf();
  shelf.write('a.md', `${'apple '.repeat(30_000)}\n`);
  shelf.write('b.md', 'All about bananas.');
  const first = open(shelf, ['*.md'], shelf.data);
  const refreshed = first.corpus.refresh();
  // Long files are read in slices; the first one is through.
  while (first.corpus.documents === 0) await new Promise((resolve) => systemClock.nextTurn(() => resolve(null)));
  first.corpus.stop();
  await refreshed;
  await first.corpus.save();
  expect([first.find('apple').slice(0, 1), first.find('bananas')]).toEqual([['a.md'], []]);
  const second = open(shelf, ['*.md'], shelf.data);
  expect(await second.corpus.refresh()).toBe(1);
  expect(second.find('bananas')).toEqual(['b.md']);
});
