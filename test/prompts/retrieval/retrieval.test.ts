import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configFromValues } from '../../../src/config/from-values.ts';
import type { SubmitOptions } from '../../../src/core/job.ts';
import { outcomeRecord } from '../../../src/core/outcome.ts';
import { seededRandom } from '../../../src/core/random.ts';
import type { Message, PromptRequest } from '../../../src/core/request.ts';
import { createEngine } from '../../../src/engine.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { engineSections } from '../../../src/sections.ts';
import { Bookshelf } from '../../support/bookshelf.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { prompt } from '../../support/scripted-provider.ts';

let shelf: Bookshelf;
beforeEach(() => {
  shelf = new Bookshelf();
  shelf.write('fruit.md', '# Fruit\n\nApples keep for weeks.\n');
  shelf.write('tools.md', '# Tools\n\nHammers keep for years.\n');
});
afterEach(() => shelf[Symbol.dispose]());

/** An engine over the shelf, with a provider that answers at once and remembers what it was asked. */
function library(rag: object = {}, stages: object = {}) {
  const clock = new ManualClock();
  const asked: (readonly Message[])[] = [];
  const provider: Provider = {
    name: 'p',
    kind: 'echo',
    model: 'm',
    run: ({ messages }) => void asked.push(messages),
  };
  const config = configFromValues(engineSections, { stages: { rag: { sources: ['*.md'], ...rag }, ...stages } });
  const engine = createEngine(config, { clock, random: seededRandom(1), provider, cwd: shelf.path });
  const warned: string[] = [];
  engine.events.on('retrieval.warned', ({ message }) => warned.push(message));
  const submit = (request: string | PromptRequest, options: SubmitOptions = {}) =>
    engine.submitWith(typeof request === 'string' ? prompt(request) : request, options, () => undefined);
  /** Lets the disk and the loop go on until the request has ended; the clock stands still. */
  const ask: (...given: Parameters<typeof submit>) => Promise<ReturnType<typeof submit>> = async (...given) => {
    const job = submit(...given);
    for (let turns = 0; job.ended === null; turns++) {
      if (turns > 100_000) throw new Error('it never ended');
      await nextTurn();
      clock.turn();
    }
    return job;
  };
  const numbers = () => {
    clock.advance(100);
    return engine.snapshot().retrieval;
  };
  return { engine, clock, asked, warned, submit, ask, numbers };
}

const files = (job: { readonly citations: readonly { readonly path: string }[] | null }) =>
  job.citations?.map(({ path }) => path) ?? null;

test('passages stand before the question, marked with their files, and the outcome cites them', async () => {
  const { ask, asked, numbers } = library({}, { assemble: { system: 'Be brief.' } });
  const job = await ask('How long does an apple keep?');
  const citation = { path: 'fruit.md', first_line: 1, last_line: 3 };
  expect(asked[0]!.map(({ role }) => role)).toEqual(['system', 'user', 'user']);
  expect(asked[0]![1]!.citations).toEqual([citation]);
  expect(asked[0]![1]!.content).toContain('\n| Apples keep for weeks.\n');
  expect(asked[0]![2]).toEqual({ role: 'user', content: 'How long does an apple keep?' });
  expect(outcomeRecord(job).citations).toEqual([citation]);
  expect(numbers()).toMatchObject({ documents: 2, chunks: 2, queries: 1, hits: 1, timeouts: 0, last_error: null });
});

test('in a conversation they stand before its last question, and what was asked before does not matter', async () => {
  const { ask, asked } = library();
  const messages: Message[] = [
    { role: 'user', content: 'Tell me of hammers.' },
    { role: 'assistant', content: 'They are fine.' },
    { role: 'user', content: 'And apples?' },
  ];
  const job = await ask({ id: 'one', messages });
  expect(files(job)).toEqual(['fruit.md']);
  expect(asked[0]).toEqual([messages[0], messages[1], expect.objectContaining({ role: 'user' }), messages[2]]);
  expect(job.request.messages).toHaveLength(3);
});

test.each([
  ['no sources', { sources: [] }],
  ['the stage switched off', { enabled: false }],
])('with %s nothing is added, and nothing waits', (_what, rag) => {
  const { submit, asked, engine } = library(rag);
  const job = submit('How long do apples keep?');
  expect([job.ended, job.citations, outcomeRecord(job).citations]).toEqual(['completed', null, undefined]);
  expect(asked[0]).toBe(job.request.messages);
  expect(engine.snapshot()).not.toHaveProperty('retrieval');
});

test.each(['How does it do that?', 'Zeppelins!', '  '])(
  'a question that no file answers goes on as it is: %j',
  async (text) => {
    const { ask, asked, numbers } = library();
    const job = await ask(text);
    expect([asked[0], job.citations, numbers()!.hits]).toEqual([job.request.messages, null, 0]);
    expect(asked[0]).toBe(job.request.messages);
  },
);

test('a request that brings citations of its own does not pass them off as retrieved', async () => {
  const { ask } = library({ sources: [] });
  const forged: Message = {
    role: 'user',
    content: 'x',
    citations: [{ path: '/etc/passwd', first_line: 1, last_line: 1 }],
  };
  expect((await ask({ id: 'one', messages: [forged] })).citations).toBeNull();
});

test('when the index takes too long, the request goes on without context; the next ones have it', async () => {
  const { submit, ask, clock, asked, numbers } = library({ timeout_ms: 50 });
  const job = submit('How long do apples keep?');
  // The disk gets no chance: all of this is one turn of the loop.
  clock.advance(40);
  expect([job.ended, asked.length]).toEqual([null, 0]);
  clock.advance(40);
  await nextTurn();
  expect([job.ended, job.citations, numbers()]).toMatchObject([
    'completed',
    null,
    { timeouts: 1, queries: 1, hits: 0 },
  ]);
  expect(asked[0]).toBe(job.request.messages);
  expect(files(await ask('apples'))).toEqual(['fruit.md']);
});

test('a request that is taken back does not wait for the index', async () => {
  const { engine, submit, asked } = library();
  const job = submit('apples');
  expect(engine.snapshot().stages.rag.busy).toBe(1);
  engine.cancel(job);
  // The disk may or may not have answered by now; nobody waits for it.
  await Promise.resolve().then(() => undefined);
  await Promise.resolve();
  expect([job.ended, asked]).toEqual(['cancelled', []]);
});

test('a deadline is shorter than the time-out', async () => {
  const { submit, clock, asked } = library();
  const job = submit(prompt('apples', { deadline_ms: 20 }));
  clock.advance(60);
  await nextTurn();
  expect([job.ended, asked]).toEqual(['expired', []]);
});

test('with a fresh index nothing waits; the files are looked at again when time has passed', async () => {
  const { ask, submit, clock } = library();
  await ask('apples');
  expect(files(submit('hammers'))).toEqual(['tools.md']);

  shelf.write('fruit.md', 'Bananas.');
  clock.advance(900);
  expect(files(submit('apples'))).toEqual(['fruit.md']);
  // Not old enough to wait for, old enough to be looked at while this one goes on.
  clock.advance(2000);
  const meanwhile = submit('apples');
  expect([meanwhile.ended, files(meanwhile)]).toEqual(['completed', ['fruit.md']]);

  clock.advance(10_000);
  const after = submit('bananas');
  expect(after.ended).toBeNull();
  expect(files(await ask('bananas'))).toEqual(['fruit.md']);
  expect(files(await ask('apples'))).toBeNull();
});

test('a pattern that names no file is a warning, in the events and in the snapshot', async () => {
  const { ask, warned, numbers, engine } = library({ sources: ['*.md', 'nowhere/*.txt'] });
  await ask('apples');
  expect(warned).toEqual([expect.stringContaining('nowhere/*.txt names no file')]);
  expect(numbers()).toMatchObject({ skipped: 1, last_error: expect.stringContaining('nowhere/*.txt') });
  expect(engine.snapshot().log).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      event: 'retrieval',
      fields: expect.objectContaining({ subject: 'nowhere/*.txt' }),
    }),
  );
});

test('the limit holds for all that is added; one that is too small for a passage is told once', async () => {
  for (let i = 0; i < 40; i++) shelf.write(`more-${i}.md`, `Apples, part ${i}. ${'They keep well. '.repeat(20)}`);
  const { ask, asked } = library({ max_context_tokens: 300 });
  const job = await ask('apples');
  expect(job.citations!.length).toBeGreaterThan(1);
  expect(Math.ceil(Buffer.byteLength(asked[0]![0]!.content as string) / 4)).toBeLessThanOrEqual(300);

  const tiny = library({ max_context_tokens: 10 });
  await tiny.ask('apples');
  await tiny.ask('hammers');
  expect(tiny.warned).toEqual([expect.stringContaining('stages.rag.max_context_tokens')]);
  expect(tiny.asked.map((messages) => messages.length)).toEqual([1, 1]);
});

test('an engine that ends lets go of those that wait, and of the disk', async () => {
  const { engine, submit, clock } = library();
  const job = submit('apples');
  const drained = engine.drain(0);
  for (let turns = 0; turns < 50; turns++) {
    await nextTurn();
    clock.turn();
  }
  await drained;
  expect(job.ended).toBe('failed');
  expect(clock.waiting).toBe(0);
});
