import { describe, expect, test } from 'vitest';
import {
  checkDoors,
  checkFloors,
  checkLength,
  checkLightness,
  checkNames,
  checkRejections,
  type Door,
} from './support/architecture.ts';
import { readTree } from './support/tree.ts';

const tree = readTree();

/**
 * The doors to the world outside. What is not on the list takes a clock, a random source or an environment as a
 * parameter. To add an exception, name the file (or a folder with a slash at its end) and say why.
 */
const DOORS: readonly Door[] = [
  {
    name: 'time',
    uses: /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\s\w$(.]))|\bperformance\s*\.\s*\w+|\bprocess\s*\.\s*(?:hrtime|uptime)\b|\bAbortSignal\s*\.\s*timeout\b/,
    modules: ['perf_hooks'],
    allowed: {
      'src/core/clock.ts': 'the system clock',
      'commands/bench/worker/': 'the benchmark measures real time, and what one look at the clock costs',
      'commands/bench/startup/': 'the benchmark measures how long real processes take to start',
      'commands/bench/http/': 'the benchmark measures real servers',
    },
  },
  {
    name: 'timers',
    uses: /(?<![\w$.])(?:globalThis\s*\.\s*)?(?:setTimeout|setInterval|setImmediate)\b/,
    modules: ['timers'],
    allowed: {
      'src/core/clock.ts': 'the system clock',
      'src/storage/thread-backend.ts': 'groups the writes of one turn for a real thread, which no virtual clock drives',
      'commands/bench/http/servers.ts': 'waits for a real process to listen',
    },
  },
  {
    name: 'randomness',
    uses: /\bMath\s*\.\s*random\b|\b(?:randomUUID|randomBytes|randomInt|randomFill\w*|getRandomValues)\b/,
    allowed: { 'src/core/random.ts': 'the system random source' },
  },
  {
    name: 'the environment',
    uses: /\bprocess\s*\.\s*env\b|\bprocess\s*\[|(?:const|let|var)\s*\{[^}]*\}\s*=\s*process\b(?!\s*\.)/,
    modules: ['process'],
    allowed: {
      'src/core/environment.ts': 'the process environment',
      'tui/mount.ts': 'React looks at NODE_ENV when it is loaded, and nowhere else',
      'commands/bench/http/servers.ts': 'processes that are measured get an environment without surprises',
      'commands/bench/worker/http/': 'a measured process is told where its upstream is',
    },
  },
  {
    name: 'the network',
    uses: /(?<![\w$.])(?:globalThis\s*\.\s*)?(?:fetch|WebSocket|EventSource)\b(?!\s*[?:])/,
    modules: ['undici', 'http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns'],
    allowed: {
      'src/providers/http/': 'the one door to providers, with its limits and address checks',
      'src/server/': 'listens; it connects to nobody',
      'commands/shared/server-client.ts': 'talks to a running orchestrator',
      'commands/bench/http/': 'asks the servers that are measured',
      'commands/bench/worker/http/': 'the bare servers that ours is compared with',
    },
  },
];

/** What only the command that needs it may load: `--help` answers in twice the time of an empty program. */
const HEAVY = [
  ...['zod', 'ink', 'react', 'undici', 'pino', 'node:sqlite', 'smol-toml', 'cli-progress', 'ndjson', 'fastify'],
  ...['gpt-tokenizer', '@inquirer/prompts', 'prom-client', 'minisearch', '@modelcontextprotocol/server'],
];

describe('the tree', () => {
  test('has files to check', () => {
    expect(tree.map((file) => file.path)).toEqual(
      expect.arrayContaining(['bin/orchestrator.js', 'commands/main.ts', 'src/core/clock.ts', 'test/support/tree.ts']),
    );
  });
  test('a room imports only from rooms below it', () => expect(checkFloors(tree)).toEqual([]));
  test('no file is over 350 lines', () => expect(checkLength(tree)).toEqual([]));
  test('the world outside is reached through its doors', () => expect(checkDoors(tree, DOORS)).toEqual([]));
  test('files, imports and interfaces are named by the rules', () => expect(checkNames(tree)).toEqual([]));
  test('what a promise is rejected with is looked at', () => expect(checkRejections(tree)).toEqual([]));
  test('an engine without a provider on the network loads no HTTP client', () =>
    expect(checkLightness(tree, 'src/engine.ts', ['undici', 'eventsource-parser', 'zod', 'minisearch'])).toEqual([]));
  test('starting up loads nothing heavy', () => expect(checkLightness(tree, 'commands/main.ts', HEAVY)).toEqual([]));
});

/** One file with this text. */
const at = (path: string, text: string) => [{ path, text }];

describe('floors', () => {
  test.each([
    ['src/primitives/heap.ts', `import { x } from '../core/ids.ts';`],
    ['src/core/ids.ts', `import type { Pipeline } from '../pipeline/pipeline.ts';`],
    ['src/reuse/cache.ts', `export * from '../inference/layer.ts';`],
    ['src/pipeline/stages/stream.ts', `import {\n  type Config,\n} from '../../config/load.ts';`],
    ['src/control/loop.ts', `const { createEngine } = await import('../engine.ts');`],
    ['src/engine.ts', `import type { App } from './server/app.ts';`],
    ['src/server/app.ts', `import { dashboard } from '../../tui/app.tsx';`],
    ['tui/app.tsx', `import { run } from '../commands/run.ts';`],
    ['src/telemetry/log.ts', `let bus: import('../cluster/redis.ts').Bus;`],
    ['src/config/load.ts', `import { storageSection } from '../storage/config.ts';`],
    ['commands/run.ts', `import { clock } from '../test/support/clock.ts';`],
    ['src/elsewhere/thing.ts', ''],
  ])('%s may not: %s', (path, text) => {
    expect(checkFloors(at(path, text))).toEqual([expect.stringContaining(`${path}:1 `)]);
  });

  test.each([
    ['src/core/ids.ts', `import { heap } from '../primitives/heap.ts'; import { r } from './random.ts';`],
    ['src/pipeline/stages/stream.ts', `import { totals } from '../totals.ts'; import('../../storage/open.ts');`],
    ['src/engine.ts', `import type { Config } from './sections.ts'; import { Loop } from './control/loop.ts';`],
    ['src/server/app.ts', `import { createEngine } from '../engine.ts';`],
    ['commands/run.ts', `import { createEngine } from '../src/engine.ts'; import('../tui/app.tsx');`],
    ['src/core/ids.ts', `// import '../pipeline/a.ts'\nconst text = "import '../pipeline/b.ts'";`],
    ['scripts/gen.ts', `import { commands } from '../commands/index.ts';`],
  ])('%s may: %s', (path, text) => expect(checkFloors(at(path, text))).toEqual([]));
});

describe('length', () => {
  const lines = (count: number) => at('src/core/long.ts', 'line();\n'.repeat(count));
  test('350 lines are fine, 351 are not', () => {
    expect(checkLength(lines(350))).toEqual([]);
    expect(checkLength(lines(351))).toEqual(['src/core/long.ts:350 goes on to line 351']);
  });
});

describe('doors', () => {
  const closed = DOORS.map((door) => ({ ...door, allowed: {} }));
  test.each([
    'const at = Date.now();',
    'const at = new Date().toISOString();',
    'const at = new Date;',
    'const at = globalThis.performance.now();',
    'const at = process.hrtime.bigint();',
    'const signal = AbortSignal.timeout(50);',
    `import { performance as p } from 'node:perf_hooks';`,
    'setTimeout(done, 5);',
    'const later = globalThis.setInterval;',
    'const text = `at $' + '{setImmediate(done)}`;',
    `import { setTimeout as sleep } from 'node:timers/promises';`,
    'const coin = Math.random() < 0.5;',
    'const id = crypto.randomUUID();',
    `import { randomBytes } from 'node:crypto';`,
    'const key = process.env.KEY;',
    'const { env } = process;',
    `import { env } from 'node:process';`,
    `const answer = await fetch(url);`,
    'const answer = await globalThis.fetch(url);',
    `import { request } from 'undici';`,
    `import http from 'node:http';`,
    `const net = await import('net');`,
  ])('may not be opened elsewhere: %s', (text) => {
    const [finding] = checkDoors(at('src/pipeline/pipeline.ts', text), closed);
    expect(finding).toMatch(/^src\/pipeline\/pipeline\.ts:1 (?:uses|imports) /);
  });

  test.each([
    'const at = clock.now();',
    'const day = new Date(clock.wall());',
    'socket.setTimeout(5);',
    'const random = options.random();',
    '/** Like Date.now(), but virtual; see process.env. */',
    `const hint = 'set process.env.KEY or call fetch(url)';`,
    'const pattern = /Math.random/;',
    `import type { Dispatcher } from 'undici';`,
    'const entry = cache.fetch(key);',
    'interface Options { fetch?: Fetch }',
  ])('stay closed with: %s', (text) => expect(checkDoors(at('src/pipeline/pipeline.ts', text), closed)).toEqual([]));

  test('an exception lets its file through, and no other', () => {
    const doors = [{ name: 'time', uses: /Date\.now/, allowed: { 'src/core/': 'because' } }];
    const files = [...at('src/core/clock.ts', 'Date.now()'), ...at('src/corenut.ts', 'Date.now()')];
    expect(checkDoors(files, doors)).toEqual([expect.stringContaining('src/corenut.ts:1 ')]);
  });

  test('an exception that nobody needs any more is reported', () => {
    const doors = [{ name: 'time', uses: /Date\.now/, allowed: { 'src/core/clock.ts': 'because' } }];
    expect(checkDoors(at('src/core/clock.ts', ''), doors)).toEqual([
      'src/core/clock.ts:1 no longer needs its exception for time',
    ]);
  });
});

describe('names', () => {
  test.each([
    ['src/core/string-utils.ts', ''],
    ['test/support/helpers.ts', ''],
    ['src/pipeline/queue-manager.ts', ''],
    ['src/core/safeText.ts', ''],
    ['src/core/ids.ts', `import { Random } from './random';`],
    ['commands/run.ts', `import { engine } from '../src/engine.js';`],
    ['src/core/ids.ts', 'export default 1;'],
    ['src/core/ids.ts', 'export { ids as default };'],
    ['src/core/ids.ts', 'export interface IClock {}'],
  ])('%s may not: %s', (path, text) => {
    expect(checkNames(at(path, text))).toEqual([expect.stringContaining(`${path}:1 `)]);
  });

  test.each([
    ['vitest.config.ts', `export default {};`],
    ['src/core/ids.ts', `import { z } from 'zod'; export interface Ids {} export interface Inner {}`],
    ['tui/app.tsx', `import { keys } from './keys.ts'; import { Panel } from './panel.tsx';`],
  ])('%s may: %s', (path, text) => expect(checkNames(at(path, text))).toEqual([]));
});

describe('rejections', () => {
  test.each([
    `await expect(late).rejects.toThrow('too late');`,
    'await expect(late)\n  .rejects.toThrowError(/late/);',
    'await expect(late).rejects.toThrow();',
  ])('may not be checked by: %s', (text) => expect(checkRejections(at('test/late.test.ts', text))).toHaveLength(1));

  test.each([
    `await expect(late).rejects.toMatchObject({ message: 'too late' });`,
    `expect(() => late()).toThrow('too late');`,
  ])('may be checked by: %s', (text) => expect(checkRejections(at('test/late.test.ts', text))).toEqual([]));
});

describe('lightness', () => {
  const main = (text: string) => [
    ...at('commands/main.ts', text),
    ...at('src/config/load.ts', `import { sections } from './sections.ts';`),
    ...at('src/config/sections.ts', `import { z } from 'zod/mini';`),
    ...at('src/core/types.ts', `import type { z } from 'zod';`),
  ];
  const check = (text: string) => checkLightness(main(text), 'commands/main.ts', ['zod', 'node:sqlite']);

  test('a heavy module is found at the end of the way to it', () => {
    expect(check(`import { load } from '../src/config/load.ts';`)).toEqual([
      'src/config/sections.ts:1 loads zod/mini at start-up: commands/main.ts → src/config/load.ts → src/config/sections.ts',
    ]);
  });
  test.each([
    `export * from '../src/config/load.ts';`,
    `import { type Load } from '../src/config/load.ts';`,
    `import '../src/config/load.ts';`,
    `import { DatabaseSync } from 'node:sqlite';`,
  ])('found: %s', (text) => expect(check(text)).toHaveLength(1));
  test.each([
    `const { load } = await import('../src/config/load.ts');`,
    `import type { Load } from '../src/config/load.ts';`,
    `import { types } from '../src/core/types.ts';`,
  ])('light: %s', (text) => expect(check(text)).toEqual([]));
  test('a missing entry is not mistaken for a light one', () => {
    expect(checkLightness([], 'commands/main.ts', ['zod'])).toEqual(['commands/main.ts:1 does not exist']);
  });
});
