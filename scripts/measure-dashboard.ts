// What the dashboard costs: processor time and bytes, in a real pseudo-terminal, of the built program (Linux).
//
//   npm run build && npx node scripts/measure-dashboard.ts [seconds]
import { readFileSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';

const SECONDS = Number(process.argv[2] ?? 20);
/** Ticks a second in /proc. */
const TICKS = 100;
/** Until the demo is busy and what runs all the time is compiled: a dashboard stays open. */
const WARM_UP_S = 40;

const launcher = new URL('../bin/orchestrator.js', import.meta.url).pathname;

const sleep = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Seconds of processor time that a process has used, its threads included. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function measure(name: string, args: readonly string[], cols: number, rows: number, keys = ''): Promise<void> {
  const pty = spawn(process.execPath, [launcher, 'tui', '--set', 'storage.path=memory', ...args], {
    ...{ cols, rows, name: 'xterm-256color' },
    env: { ...process.env, TERM: 'xterm-256color', NODE_ENV: 'production', NODE_OPTIONS: '' },
  });
  let bytes = 0;
  let frames = 0;
  pty.onData((text) => {
    bytes += Buffer.byteLength(text);
    // Each frame is one synchronised update.
    frames += text.split('\u001b[?2026h').length - 1;
  });
  await sleep(WARM_UP_S);
  pty.write(keys);
  await sleep(1);
  const before = { cpu: cpuSeconds(pty.pid), bytes, frames };
  await sleep(SECONDS);
  const cpu = (100 * (cpuSeconds(pty.pid) - before.cpu)) / SECONDS;
  const drawn = frames - before.frames;
  const perFrame = drawn === 0 ? 0 : (bytes - before.bytes) / drawn;
  process.stdout.write(
    `${name.padEnd(28)} ${`${cols}×${rows}`.padEnd(7)} ${cpu.toFixed(1).padStart(5)} % of a core  ` +
      `${(drawn / SECONDS).toFixed(1).padStart(4)} frames/s  ${(perFrame / 1000).toFixed(2).padStart(6)} kB/frame\n`,
  );
  pty.kill('SIGTERM');
  await new Promise((resolve) => pty.onExit(resolve));
}

for (const [cols, rows] of [
  [80, 24],
  [200, 60],
] as const) {
  await measure('idle', [], cols, rows);
  await measure('demo, overview', ['--demo'], cols, rows);
  await measure('demo, requests', ['--demo'], cols, rows, '2');
}
