import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn as spawnTerminal } from '@lydell/node-pty';
import { afterEach, describe, expect, test } from 'vitest';
import { Installation, installedOldNode, pretendedOldNode, thisNode } from './support/launcher.ts';

const oldNode = installedOldNode();
const nodes = [thisNode, pretendedOldNode, ...(oldNode ? [oldNode] : [])];
const relayed = nodes.filter((node) => node.old);

/** Says `ready`, names every signal it gets and leaves with 40 + n at the nth. */
const LISTENS = `
  let count = 0;
  const hear = (signal) => { count++; console.log('heard ' + signal); if (count === Number(process.argv[2] ?? 1)) process.exit(40 + count); };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => hear(signal));
  setInterval(() => {}, 1000);
  console.log('ready');
`;
const DIES = `
  const signal = process.argv[2];
  process.on(signal, () => {}); process.removeAllListeners(signal);
  process.kill(process.pid, signal);
`;

const open: Installation[] = [];
afterEach(() => {
  for (const installation of open.splice(0)) installation[Symbol.dispose]();
});
function installed(main: string | undefined): Installation {
  const installation = new Installation(main);
  open.push(installation);
  return installation;
}

if (!oldNode) test.skip('a real old Node: none below 24 is on the PATH, only a pretended one was tried');

describe.each(nodes)('started with $name', (node) => {
  test('the program runs under a Node that is new enough, with its arguments', async () => {
    const program = installed(`console.log(process.versions.node.split('.')[0] >= 24, process.argv.slice(2).join())`);
    const run = program.withRuntime().start(node, ['run', '--model', 'a b']);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout).toBe('true run,--model,a b\n');
    expect(run.stderr).toBe('');
  });

  test('its exit code passes through', async () => {
    const run = installed('process.exit(7)').withRuntime().start(node);
    expect(await run.ended).toEqual({ code: 7, signal: null });
  });

  test('stdin passes through', async () => {
    const run = installed(`process.stdin.pipe(process.stdout)`).withRuntime().start(node);
    run.process.stdin.end('one\ntwo\n');
    expect((await run.ended).code).toBe(0);
    expect(run.stdout).toBe('one\ntwo\n');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s reaches the program, which decides how to end',
    async (signal) => {
      const run = installed(LISTENS).withRuntime().start(node);
      await run.says('ready');
      run.process.kill(signal);
      expect(await run.ended).toEqual({ code: 41, signal: null });
      expect(run.stdout).toBe(`ready\nheard ${signal}\n`);
    },
  );

  test.each(['SIGINT', 'SIGTERM', 'SIGPIPE', 'SIGKILL'])(
    'a program that dies of %s is seen to have died of it',
    async (signal) => {
      const main = signal === 'SIGKILL' ? `process.kill(process.pid, 'SIGKILL')` : DIES;
      const run = installed(main).withRuntime().start(node, [signal]);
      expect(await run.ended).toEqual({ code: null, signal });
    },
  );

  test('it works through a symlink and from another directory', async () => {
    const program = installed(`console.log('here')`).withRuntime();
    const link = join(program.path, 'linked');
    symlinkSync(program.launcher, link);
    const run = program.start(node, [], { script: link, cwd: tmpdir() });
    expect((await run.ended).code).toBe(0);
    expect(run.stdout).toBe('here\n');
  });

  test('without dist/ it says how to build', async () => {
    const run = installed(undefined).withRuntime().start(node);
    expect((await run.ended).code).toBe(1);
    expect(run.stderr).toBe('orchestrator is not built: run `npm run build` in its directory first.\n');
  });

  test('a missing module of the program itself is not mistaken for a missing build', async () => {
    const run = installed(`import './gone.js'`).withRuntime().start(node);
    expect((await run.ended).code).toBe(1);
    expect(run.stderr).toContain('gone.js');
    expect(run.stderr).not.toContain('npm run build');
  });
});

describe.each(relayed)('started with $name and no newer one to hand over to', (node) => {
  test.each([
    ['is not installed', (program: Installation) => program],
    ['is too old itself', (program: Installation) => program.withFalseRuntime('22.1.0', process.execPath)],
    ['cannot be started', (program: Installation) => program.withFalseRuntime('26.0.0')],
  ])('because it %s: one sentence, exit code 1', async (_why, prepare) => {
    const run = prepare(installed(`console.log('never')`)).start(node);
    expect((await run.ended).code).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(
      /^orchestrator needs Node\.js 24\.15 or newer and this is \d+\.\d+\.\d+: [^\n]*npm ci[^\n]*\n$/,
    );
  });
});

// A terminal gives Ctrl-C to both processes; a second SIGINT from the launcher would read as "quit at once".
describe.skipIf(process.platform === 'win32').each(nodes)('in a terminal, started with $name', (node) => {
  test('one Ctrl-C is one SIGINT', async () => {
    const program = installed(LISTENS).withRuntime();
    const terminal = spawnTerminal(node.command, [...node.flags, program.launcher, '2'], { cwd: tmpdir() });
    let screen = '';
    const code = await new Promise<number>((resolve) => {
      terminal.onExit(({ exitCode }) => resolve(exitCode));
      terminal.onData((text) => {
        const before = screen;
        screen += text;
        if (screen.includes('ready') && !before.includes('ready')) terminal.write('\x03');
        // The launcher would pass a SIGINT on before this later SIGTERM, so a doubled one is heard as the second signal.
        if (screen.includes('heard') && !before.includes('heard')) terminal.kill('SIGTERM');
      });
    });
    expect(screen.replaceAll('\r', '').split('\n')).toEqual(['ready', '^Cheard SIGINT', 'heard SIGTERM', '']);
    expect(code).toBe(42);
  });
});
