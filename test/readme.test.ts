import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtLauncher } from './support/cli.ts';
import { commandsOf, faultOfInstallation, isInstallation, partsOf } from './support/readme.ts';
import { root } from './support/tree.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const commands = commandsOf(readme);

/** A reader's home, and a working directory that shows the repository but takes what the commands write. */
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'orchestrator-readme-'));
  for (const folder of ['work', 'bin', 'data', 'config', 'state', 'cache']) mkdirSync(join(home, folder));
  for (const entry of readdirSync(root)) symlinkSync(join(root, entry), join(home, 'work', entry));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** `npx orchestrator` without npm's own second of start-up: on the PATH, so that pipes and quotes stay as written. */
function installProgram(): void {
  const start = `exec '${process.execPath}' '${builtLauncher()}' "$@"`;
  const npx = `[ "$1" = orchestrator ] || { echo "not a program of this repository: npx $1" >&2; exit 97; }\nshift`;
  for (const [name, text] of [
    ['orchestrator', start],
    ['npx', `${npx}\n${start}`],
  ] as const) {
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(home, 'bin', name), 0o755);
  }
}

function runInShell(text: string): { exitCode: number | null; stdout: string; stderr: string } {
  const shell = spawnSync('sh', ['-c', text], {
    cwd: join(home, 'work'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    // Nothing of the machine's own settings and keys: the README is for somebody who has none.
    env: {
      PATH: [join(home, 'bin'), dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
      HOME: home,
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CACHE_HOME: join(home, 'cache'),
    },
  });
  return { exitCode: shell.status, stdout: shell.stdout, stderr: shell.stderr };
}

describe('README.md', () => {
  test('begins with the two commands a newcomer needs', () => {
    expect(commands.map((command) => command.text)).toEqual(
      expect.arrayContaining(['npm ci && npx orchestrator run "What is backpressure?"', 'npm ci && npm test']),
    );
  });

  test('the first of them answers', () => {
    installProgram();
    const ran = runInShell('npx orchestrator run "What is backpressure?"');
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'What is backpressure?\n' });
  });

  test.each(commands)('line $line: $text', ({ text, exitCode }) => {
    const parts = partsOf(text);
    const installing = parts.filter(isInstallation);
    expect(installing.map((part) => faultOfInstallation(part, scripts)).filter(Boolean)).toEqual([]);
    const rest = parts.filter((part) => !isInstallation(part)).join(' && ');
    if (rest === '') return;
    installProgram();
    const ran = runInShell(rest);
    expect(ran.exitCode, ran.stderr).toBe(exitCode);
  });
});

describe('the reading of a document', () => {
  test('only commands of sh blocks count, with the exit codes that they promise', () => {
    const text = [
      'Say `npm ci`:',
      '```sh',
      '# A remark.',
      'npm ci && one "a && b"',
      '',
      '# exit 3',
      'two \\',
      '  --flag',
      'three',
      '```',
      '```toml',
      '# exit 4',
      'x = 1',
      '```',
      '```sh',
      "four <<'END'",
      '# not a comment',
      'END',
      'five',
      '```',
    ].join('\n');
    expect(commandsOf(text)).toEqual([
      { text: 'npm ci && one "a && b"', line: 4, exitCode: 0 },
      { text: 'two \\\n  --flag', line: 7, exitCode: 3 },
      { text: 'three', line: 9, exitCode: 0 },
      { text: "four <<'END'\n# not a comment\nEND", line: 16, exitCode: 0 },
      { text: 'five', line: 19, exitCode: 0 },
    ]);
  });

  test('parts are split at && outside of quotes', () => {
    expect(partsOf('npm ci && one "a && b" && two')).toEqual(['npm ci', 'one "a && b"', 'two']);
  });

  test.each([
    ['npm run nothing', 'package.json has no script "nothing"'],
    ['npm test', 'package.json has no script "test"'],
    ['npm cli', 'npm cli?'],
    ['npm run build', undefined],
    ['npm ci --ignore-scripts', undefined],
  ])('%s: %s', (part, fault) => {
    expect(isInstallation(part)).toBe(true);
    expect(faultOfInstallation(part, { build: 'tsc' })).toBe(fault);
  });
});
