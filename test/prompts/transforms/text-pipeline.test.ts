import { expect, test } from 'vitest';
import { PipelineBuilder } from '../../../src/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('stages run in order, and the numbers say what each did', async () => {
  const clock = new ManualClock();
  const slow = {
    name: 'slow',
    run: async (text: string) => {
      await Promise.resolve();
      clock.advance(40);
      return `${text}😀`;
    },
  };
  const pipeline = new PipelineBuilder(clock)
    .add('trim')
    .add('truncate:8')
    .add(slow)
    .add({ kind: 'prepend', text: 'Q: ' })
    .build();
  expect(pipeline.stages).toEqual(['trim', 'truncate', 'slow', 'prepend']);
  expect(await pipeline.run('  hello world ')).toEqual({
    output: 'Q: hello😀',
    stats: {
      input_len: 14,
      output_len: 9,
      elapsed_ms: 40,
      stages: [
        { name: 'trim', input_len: 14, output_len: 11, elapsed_ms: 0 },
        { name: 'truncate', input_len: 11, output_len: 5, elapsed_ms: 0 },
        { name: 'slow', input_len: 5, output_len: 6, elapsed_ms: 40 },
        { name: 'prepend', input_len: 6, output_len: 9, elapsed_ms: 0 },
      ],
    },
  });
});

test('a pipeline can run many texts at once, and has no part in what is added later', async () => {
  const builder = new PipelineBuilder().add('trim');
  const pipeline = builder.build();
  builder.add('append:!');
  const results = await Promise.all([' a', 'b '].map((text) => pipeline.run(text)));
  expect(results.map(({ output }) => output)).toEqual(['a', 'b']);
  expect((await new PipelineBuilder().build().run('as it is')).output).toBe('as it is');
});

test.each([
  ['nope', 'There is no transform "nope"'],
  ['truncate', 'There is no transform "truncate"'],
  [{ kind: 'regex_replace', pattern: '(', replacement: '' } as const, 'is no regular expression of RE2'],
])('%j is told', (spec, message) => {
  expect(() => new PipelineBuilder().add(spec)).toThrow(message);
});

test('a stage of one’s own that fails or returns no text fails the run', async () => {
  const run = (stage: () => never) => new PipelineBuilder().add({ name: 'own', run: stage }).build().run('x');
  await expect(
    run(() => {
      throw new Error('boom');
    }),
  ).rejects.toMatchObject({ message: expect.stringContaining('boom') });
  await expect(run((() => 5) as never)).rejects.toMatchObject({
    message: expect.stringContaining('Text stage own returned number, not text.'),
  });
});
