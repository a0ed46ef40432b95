import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createConfig, createEngine } from '../../../src/index.ts';
import type { Plugin } from '../../../src/pipeline/plugins/plugin.ts';
import { prompt } from '../../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../../support/test-engine.ts';

/** An engine with these plugins, whose provider answers `the answer` at once. */
function engineWith(...loaded: readonly Plugin[]): World {
  const world = testEngine({ plugins: { loaded, max_failures: 3 } });
  world.provider.atOnce((attempt) => attempt.emit('the answer'));
  return world;
}

const plugin = (name: string, hooks: Plugin['hooks']): Plugin => ({ name, hooks });
const boom = (): never => {
  throw new Error('boom');
};
const one = (world: World, name = 'p') => world.engine.plugins.list().find((each) => each.name === name)!;

describe('a plugin', () => {
  test('runs at its hooks, and what it does is counted', () => {
    const world = engineWith(
      plugin('p', {
        'before:inference': (subject) => {
          subject.messages = [{ role: 'user', content: 'else' }];
          world.clock.advance(3);
        },
        'after:inference': ({ request }) => (request.id === 'bad' ? { error: 'no' } : 'abort'),
      }),
    );
    world.send('go');
    expect(world.send('bad').outcomes).toMatchObject([{ error: { code: 'plugin_failed', message: 'p: no' } }]);
    world.clock.advance(200);
    expect(world.engine.snapshot().plugins).toEqual({
      p: {
        enabled: true,
        calls: { 'before:inference': 2, 'after:inference': 2 },
        errors: 0,
        aborts: 1,
        refusals: 1,
        changes: 2,
        time_ms: 6,
        slowest_ms: 3,
      },
    });
  });

  test('that waits is timed until it has ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const world = engineWith(plugin('p', { 'before:rag': () => promise }));
    const sent = world.send('go');
    world.clock.advance(50);
    resolve();
    await happen();
    expect(sent.status).toBe('completed');
    expect(one(world)).toMatchObject({ time_ms: 50, slowest_ms: 50 });
  });

  test('shows numbers of its own; when it can’t, the others are shown all the same', () => {
    const world = engineWith(
      { ...plugin('p', { 'before:rag': () => undefined }), numbers: () => ({ seen: 7 }) },
      { ...plugin('q', { 'before:rag': () => undefined }), numbers: boom },
    );
    expect(one(world).numbers).toEqual({ seen: 7 });
    expect(one(world, 'q').numbers).toBeUndefined();
  });

  test('of the same name as another is refused', () => {
    const twice = plugin('p', { 'before:rag': () => undefined });
    expect(() => engineWith(twice, twice)).toThrow('There are two plugins of the name p');
  });
});

describe('a plugin that fails', () => {
  const broken: readonly [string, () => never][] = [
    ['throws', boom],
    ['rejects', (async () => boom()) as never],
    ['returns what means nothing', (() => 'maybe') as never],
  ];
  test.each(broken)('%s three times in a row: it is disabled, and that is said', async (_how, run) => {
    const world = engineWith(plugin('p', { 'before:rag': run }));
    const statuses: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      const sent = world.send(name);
      await happen();
      statuses.push(sent.status);
    }
    expect(statuses).toEqual(['failed', 'failed', 'failed', 'completed']);
    expect(one(world)).toMatchObject({
      enabled: false,
      errors: 3,
      disabled_because: expect.stringContaining('(3 times in a row at before:rag)'),
    });
    world.clock.advance(200);
    expect(world.engine.snapshot().log).toMatchObject([
      { level: 'warn', event: 'plugin disabled', fields: { plugin: 'p' } },
    ]);
    expect(world.engine.snapshot().totals).toMatchObject({ submitted: 4, in_flight: 0 });
  });

  test('now and then stays', () => {
    let calls = 0;
    const world = engineWith(plugin('p', { 'before:rag': () => (++calls % 3 === 0 ? undefined : boom()) }));
    world.burst(30);
    expect(one(world)).toMatchObject({ enabled: true, errors: 20 });
  });

  test('at one of its hooks is disabled, however well the others work', () => {
    const world = engineWith(plugin('p', { 'before:rag': () => undefined, 'after:inference': boom }));
    world.burst(5);
    expect(one(world)).toMatchObject({ enabled: false, errors: 3 });
  });

  test('does not take others with it, and may be enabled again with a clean record', () => {
    let broken = true;
    const world = engineWith(
      plugin('p', { 'before:rag': () => (broken ? boom() : undefined) }),
      plugin('q', { 'before:rag': () => undefined }),
    );
    world.burst(5);
    expect([one(world).enabled, one(world, 'q').calls]).toEqual([false, { 'before:rag': 2 }]);
    world.engine.plugins.enable('p');
    expect(one(world)).not.toHaveProperty('disabled_because');
    world.burst(2, 'again');
    expect(one(world).enabled).toBe(true);
    broken = false;
    expect(world.send('well').status).toBe('completed');
  });
});

describe('turned on and off', () => {
  test('a plugin keeps its place, and one that is off holds nothing back', () => {
    const ran: string[] = [];
    const note = (name: string) => plugin(name, { 'after:inference': () => void ran.push(name) });
    const world = engineWith(note('p'), note('q'));
    const { plugins } = world.engine;
    plugins.disable('p');
    world.send('one');
    plugins.enable('p');
    world.send('two');
    expect(ran).toEqual(['q', 'p', 'q']);
    for (const name of ['p', 'q']) plugins.disable(name);
    let held = true;
    world.provider.atOnce((attempt) => {
      held = (attempt as unknown as { held: boolean }).held;
    });
    world.send('three');
    expect([held, ran.length]).toEqual([false, 3]);
  });

  test('takes effect for requests under way, too', async () => {
    const world = testEngine({ plugins: { loaded: [plugin('p', { 'after:inference': () => ({ error: 'no' }) })] } });
    const sent = world.send('go');
    world.engine.plugins.disable('p');
    world.provider.call('go').answer('ok');
    await happen();
    expect([sent.status, sent.streamed]).toEqual(['completed', 'ok']);
  });

  test('a name that is not there is told with the nearest', () => {
    const world = engineWith(plugin('audit', { 'before:rag': () => undefined }));
    expect(() => world.engine.plugins.disable('audti')).toThrow('There is no plugin audti; did you mean audit?');
    expect(() => testEngine().engine.plugins.enable('x')).toThrow('There is no plugin x; there are none');
  });
});

describe('plugins that come with the engine', () => {
  const REFUSED = ['darn', 'blöd', 'good grief', 'c++'];
  test.each([
    ['Darn it', 'darn'],
    ['so BLO\u0308D!', 'blöd'],
    ['oh good GRIEF.', 'good grief'],
    ['write c++, please', 'c++'],
    ['darning socks', null],
    ['a blödes Wort', null],
    ['undarn 𝒳darn', null],
  ])('profanity_filter: %j', (text, word) => {
    const world = testEngine({ plugins: { profanity_filter: REFUSED } });
    world.provider.atOnce((attempt) => attempt.emit('ok'));
    const sent = world.send(text);
    if (word === null) return expect(sent.status).toBe('completed');
    expect(sent.outcomes).toMatchObject([
      { status: 'failed', error: { code: 'plugin_failed', message: expect.stringContaining(`holds "${word}"`) } },
    ]);
    expect(world.provider.calls).toEqual([]);
    return expect(world.engine.deadLetters.list()).toMatchObject([{ reason: 'failed' }]);
  });

  test('profanity_filter leaves what others said alone', () => {
    const world = testEngine({ plugins: { profanity_filter: ['darn'] } });
    world.provider.atOnce((attempt) => attempt.emit('ok'));
    const messages = [
      { role: 'system', content: 'never say darn' },
      { role: 'user', content: 'hello' },
    ] as const;
    expect(world.send(prompt('x', { messages })).status).toBe('completed');
  });

  test('response_length_cap cuts, streams what it left, and the tokens are those of the provider', async () => {
    const world = testEngine({ plugins: { response_length_cap: 2 } });
    const sent = world.send('go');
    world.provider.call('go').answer('12345', '67890', 'abcdef');
    await happen();
    expect(sent.outcomes).toMatchObject([{ text: '12345678', usage: { output_tokens: 4, estimated: true } }]);
    expect(sent.streamed).toBe('12345678');
    expect(one(world, 'response_length_cap')).toMatchObject({ changes: 1 });
  });

  test('latency_logger logs each answered request, and lets streams flow', async () => {
    const world = testEngine({ plugins: { latency_logger: true } });
    const sent = world.send('go');
    world.send('lost').cancel();
    world.provider.call('go').stream('a');
    expect(sent.streamed).toBe('a');
    world.clock.advance(250);
    world.provider.call('go').answer();
    await happen();
    world.clock.advance(200);
    const { log, plugins } = world.engine.snapshot();
    expect(log).toMatchObject([{ level: 'info', event: 'latency', fields: { request: 'go', ms: 250 } }]);
    expect(plugins!['latency_logger']!.numbers).toMatchObject({ samples: 1, p50_ms: expect.closeTo(250, -1) });
  });
});

test('modules that are configured and not loaded are an error, not a silence', () => {
  const config = createConfig({ plugins: { modules: ['/x/policy.mjs'] } });
  expect(() => createEngine(config)).toThrow('plugins.modules names modules that nobody loaded');
});

interface Case {
  readonly area: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly then: Readonly<Record<string, unknown>>;
}

const cases = readFileSync(new URL('../../conformance/text.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Case => JSON.parse(line));

const check: Readonly<Record<string, (one: Case) => void>> = {
  plugin_chain({ given, then }) {
    const names = given['plugins'] as string[];
    const world = engineWith(
      ...names.map((name) => plugin(name, { 'before:rag': () => (name === 'abort' ? 'abort' : 'continue') })),
    );
    world.send('go');
    const ran = world.engine.plugins.list().filter(({ calls }) => calls['before:rag'] === 1);
    expect(ran).toHaveLength(then['plugins_run'] as number);
    expect(ran.at(-1)).toMatchObject({ name: then['status'], aborts: 1 });
  },

  plugin_length_cap({ given, then }) {
    // A token of the case is one of the engine's: four bytes of text.
    const text = (tokens: unknown): string => (tokens as string[]).map((token) => token.padEnd(4, '.')).join('');
    const world = testEngine({ plugins: { response_length_cap: given['max_tokens'] as number } });
    world.provider.atOnce((attempt) => attempt.emit(text(given['response'])));
    expect(world.send('go').outcomes[0]!.text).toBe(text(then['response']));
    expect(then['signal']).toBe('response_modified');
    expect(one(world, 'response_length_cap').changes).toBe(1);
  },
};

test.each(cases.filter(({ area }) => area.startsWith('plugin')))('conformance: $area $given', (each) =>
  check[each.area]!(each),
);
