import { expect, test } from 'vitest';
import { records, Workplace } from '../support/terminal.ts';

test('every mistake in a line is named at once', async () => {
  using place = new Workplace();
  const ran = await place.run(['run', '-i', '-'], {
    stdin: '{"prompt":"x","max_tokens":0,"priority":"urgent"}\n{"prompt":"x","input":"y"}\n{}\n[]\n',
  });
  expect([ran.exit, ran.out]).toEqual([1, '']);
  expect(ran.err).toMatch(/line 1: max_tokens: .*; priority: .*critical/);
  expect(ran.err).toMatch(/line 2: needs exactly one of prompt, input or messages; it has 2/);
  expect(ran.err).toMatch(/line 3: needs exactly one of prompt, input or messages; it has none/);
  expect(ran.err).toContain('line 4: the line: ');
});

test('without a terminal, without data and without --serve there is nothing to run', async () => {
  using place = new Workplace();
  expect(await place.run(['run'], { stdin: '' })).toMatchObject({
    exit: 2,
    err: expect.stringContaining('There is nothing to run'),
  });
});

test('a faulty configuration is exit 3, and the key nearest to an unknown one is named', async () => {
  using place = new Workplace();
  const ran = await place.run(['run', 'x', '--set', 'stages.inference.tempurature=1']);
  expect(ran).toMatchObject({
    exit: 3,
    out: '',
    err: expect.stringContaining('nearest is stages.inference.temperature'),
  });
});

test('a prompt over the limit is refused before it is held in memory', async () => {
  using place = new Workplace();
  const piece = 'x'.repeat(1024 * 1024);
  const ran = await place.run(['run'], { stdin: Array.from({ length: 18 }, () => piece) });
  expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('larger than 16 MiB') });
});

test('text that is not UTF-8 is refused with its line, and never sent as something else', async () => {
  using place = new Workplace();
  const stdin = Buffer.from('{"prompt":"good"}\n{"prompt":"bad \xff"}\n', 'latin1');
  const ran = await place.run(['run', '-i', '-'], { stdin: [stdin] });
  expect(records(ran).map(({ line }) => line)).toEqual([1]);
  expect(ran).toMatchObject({ exit: 1, err: expect.stringContaining('line 2: is not UTF-8 text') });
  const one = await place.run(['run'], { stdin: [Buffer.from('caf\xe9', 'latin1')] });
  expect(one).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('not UTF-8') });
});

test('a snapshot that cannot be written is known before anything was sent', async () => {
  using place = new Workplace();
  const ran = await place.run(['run', 'hi', '--snapshot', 'missing/folder.json']);
  expect(ran).toMatchObject({
    exit: 2,
    out: '',
    err: expect.stringContaining('--snapshot missing/folder.json cannot be written'),
  });
});
