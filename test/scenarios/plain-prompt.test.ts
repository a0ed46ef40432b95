import { describe, expect, test } from 'vitest';
import { answerOf, FLAVOURS } from '../providers/flavours.ts';
import { type RunOptions, Workplace } from '../support/terminal.ts';
import { events, Upstream } from '../support/upstream.ts';

/** Text that anything which fills templates, expands, trims or escapes would change. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: exactly that
const PROMPT = '  {{system}} ${HOME} {context} %s <b>&amp;</b> "quoted" \\n 漢字 👩‍💻';

interface Way {
  readonly name: string;
  readonly args: readonly string[];
  readonly options?: RunOptions;
  /** Nobody reads its answer before the end, so no stream is asked for. */
  readonly whole?: boolean;
}

const WAYS: readonly Way[] = [
  { name: 'run', args: ['run', PROMPT] },
  { name: 'a pipe', args: ['run'], options: { stdin: PROMPT } },
  {
    name: 'a batch',
    args: ['run', '-i', '-'],
    options: { stdin: `${JSON.stringify({ prompt: PROMPT })}\n` },
    whole: true,
  },
];

/** What the API demands beside the messages; all else in a body would be somebody's idea. */
const DEMANDED = {
  open_ai: { model: expect.any(String) },
  anthropic: { model: expect.any(String), max_tokens: expect.any(Number) },
};
const STREAMED = {
  open_ai: { stream: true, stream_options: { include_usage: true } },
  anthropic: { stream: true },
};

describe.each(['open_ai', 'anthropic'] as const)('with nothing configured, %s', (kind) => {
  const flavour = FLAVOURS.find((each) => each.kind === kind)!;
  const answer = events(answerOf(flavour, ['fine']).join(''));
  const provider = (upstream: Upstream) => [
    ...['--set', `providers.up.kind=${kind}`, '--set', `providers.up.base_url=${upstream.url}${flavour.basePath}`],
  ];

  test.each(WAYS)(
    'receives the prompt of $name as one user message and nothing else',
    async ({ args, options, whole }) => {
      using place = new Workplace();
      await using upstream = await Upstream.start(answer);
      const [command, ...rest] = args;
      expect((await place.run([command!, ...provider(upstream), ...rest], options)).exit).toBe(0);
      expect(upstream.received.map(({ method, path }) => [method, path])).toEqual([['POST', flavour.path]]);
      const beside = { ...DEMANDED[kind], ...(whole === true ? {} : STREAMED[kind]) };
      expect(upstream.last.body).toEqual({ ...beside, messages: [{ role: 'user', content: PROMPT }] });
    },
  );

  test('receives the first prompt of a conversation alone, and the next with what was said, no more', async () => {
    using place = new Workplace();
    await using upstream = await Upstream.start(answer);
    await place.run(['repl', ...provider(upstream)], { stdin: 'first\nsecond\n' });
    const beside = { ...DEMANDED[kind], ...STREAMED[kind] };
    expect(upstream.received.map(({ body }) => body)).toEqual([
      { ...beside, messages: [{ role: 'user', content: 'first' }] },
      {
        ...beside,
        messages: [
          { role: 'user', content: 'first' },
          { role: 'assistant', content: 'fine' },
          { role: 'user', content: 'second' },
        ],
      },
    ]);
  });
});
