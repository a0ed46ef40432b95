import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { CTRL_C, Terminal } from '../support/pty.ts';
import { Workplace } from '../support/terminal.ts';

const TIME = { timeout: 60_000 };
const ESCAPE = '\u001b';

/** What turned modes of the terminal on and off, in order. */
const modes = ({ bytes }: Terminal): readonly string[] =>
  [...bytes.matchAll(/\u001b\[\?(1049|25|2004)([hl])/g)].map(([, mode, on]) => `${mode}${on}`);

/** The alternate screen is left, the cursor visible, pasting as before: once each, and nothing comes after. */
function expectRestored(terminal: Terminal): void {
  const seen = modes(terminal);
  expect(seen.filter((mode) => mode.startsWith('1049'))).toEqual(['1049h', '1049l']);
  expect(seen.findLast((mode) => mode.startsWith('25'))).toBe('25h');
  expect(seen.findLast((mode) => mode.startsWith('2004'))).toBe('2004l');
}

/** The environment in which this is done before the program. */
const preloaded = (script: string) => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}`,
});

/** The program is stopped, as by Ctrl-Z, in the moment in which it writes this. */
const stoppedAt = (text: string) =>
  preloaded(`const { write } = process.stdout;
    process.stdout.write = function (text, ...rest) {
      const written = write.call(this, text, ...rest);
      if (String(text).includes(${JSON.stringify(text)})) {
        process.stdout.write = write;
        process.kill(process.pid, 'SIGTSTP');
      }
      return written;
    };`);

describe('without a terminal', () => {
  test('one picture as text, and exit 0', async () => {
    using place = new Workplace();
    const { exit, out, err } = await place.run(['tui']);
    expect([exit, err]).toEqual([0, '']);
    expect(out).toContain('┌ FLOW  in 0/s ─▶ out 0/s');
    expect(out).toContain('│ echo');
    expect(out).not.toContain('\u001b');
  });

  test('--json is the snapshot', async () => {
    using place = new Workplace();
    const { exit, out } = await place.run(['tui', '--json', '--set', 'pipeline.name=mine']);
    const snapshot = JSON.parse(out) as Snapshot;
    expect([exit, snapshot.name, snapshot.state]).toEqual([0, 'mine', 'running']);
  });

  test('the demo has done something by then, and leaves nothing behind', async () => {
    using place = new Workplace();
    const { out } = await place.run(['tui', '--demo', '--json']);
    const { totals, name } = JSON.parse(out) as Snapshot;
    expect(name).toBe('demo');
    expect(totals.submitted).toBeGreaterThan(0);
    expect((await place.run(['dlq', 'list', '--json'])).out).toContain('"total": 0');
  });

  test('a terminal that can’t move its cursor gets the picture, too', TIME, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['tui'], { TERM: 'dumb' });
    expect((await terminal.ended).exitCode).toBe(0);
    expect(terminal.transcript).toContain('FLOW');
    expect(terminal.bytes).not.toContain('\u001b');
  });
});

describe('on a terminal', () => {
  test('the demo, keys and sizes; q leaves the terminal as it was', TIME, async () => {
    using place = new Workplace();
    await using terminal = Terminal.shell(place, 'orchestrator tui --demo; echo "exit $?"; stty -a');
    await terminal.sees('demo · local · embedded');
    await terminal.sees('steady');
    terminal.type('?');
    await terminal.sees('hold the display');
    terminal.type(ESCAPE);
    await terminal.sees('PROVIDERS');
    terminal.type('p');
    await terminal.sees('paused');
    terminal.type('r');
    await terminal.sees('r is off: the display is paused');
    terminal.type('p');
    await terminal.sees('live');
    terminal.resize(60, 20);
    await terminal.sees('stage ');
    terminal.resize(30, 8);
    await terminal.sees('30×8 is too small');
    terminal.resize(80, 24);
    await terminal.sees('PROVIDERS');
    terminal.type('q');
    await terminal.waitFor('exit 0');
    await terminal.ended;
    expectRestored(terminal);
    expect(terminal.transcript).toMatch(/[^-]icanon/);
    expect(terminal.transcript).toMatch(/[^-]echo /);
  });

  test('Ctrl-C quits with 130, as a signal does', TIME, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['tui', '--demo']);
    await terminal.sees('live');
    terminal.type(CTRL_C);
    expect((await terminal.ended).exitCode).toBe(130);
    expectRestored(terminal);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ])('%s restores the terminal and exits with %i', TIME, async (signal, code) => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['tui']);
    await terminal.sees('live');
    terminal.kill(signal);
    expect((await terminal.ended).exitCode).toBe(code);
    expectRestored(terminal);
  });

  test('a crash restores the terminal before it says what it was', TIME, async () => {
    using place = new Workplace();
    const crash = `process.on('SIGUSR2', () => { throw new Error('crashed on purpose'); });`;
    await using terminal = new Terminal(place, ['tui'], preloaded(crash));
    await terminal.sees('live');
    terminal.kill('SIGUSR2');
    expect((await terminal.ended).exitCode).toBe(1);
    expectRestored(terminal);
    expect(terminal.bytes.indexOf('crashed on purpose')).toBeGreaterThan(terminal.bytes.indexOf('\u001b[?1049l'));
  });

  test('while it is stopped the terminal is free; it goes on with the whole picture', TIME, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['tui']);
    await terminal.sees('● live');
    terminal.kill('SIGTSTP');
    await expect.poll(() => modes(terminal).slice(-3), { timeout: 15_000 }).toEqual(['25h', '2004l', '1049l']);
    // It would not be woken from what it has yet to do.
    await expect.poll(() => terminal.stopped, { timeout: 15_000 }).toBe(true);
    const before = terminal.bytes.length;
    terminal.kill('SIGCONT');
    await expect.poll(() => terminal.bytes.slice(before), { timeout: 15_000 }).toContain('PROVIDERS');
    terminal.type('?');
    await terminal.sees('hold the display');
    terminal.type('q');
    expect((await terminal.ended).exitCode).toBe(0);
    expect(modes(terminal).filter((mode) => mode.startsWith('1049'))).toEqual(['1049h', '1049l', '1049h', '1049l']);
  });

  test('stopped while it takes the terminal, it gives it back to the shell, and goes on', TIME, async () => {
    using place = new Workplace();
    const script = 'set -m; orchestrator tui; echo "the shell, $?"; read -r line; fg; echo "exit $?"';
    await using terminal = Terminal.shell(place, script, stoppedAt('\u001b[?1049h'));
    await terminal.waitFor('the shell, 1');
    expect(modes(terminal)).toContain('1049h');
    expect(modes(terminal).slice(-3)).toEqual(['25h', '2004l', '1049l']);
    terminal.enter('');
    await terminal.sees('● live');
    terminal.type('q');
    await terminal.waitFor('exit 0');
    expect(modes(terminal).filter((mode) => mode.startsWith('1049'))).toEqual(['1049h', '1049l', '1049h', '1049l']);
  });

  test('killed by the shell that stopped it, it wipes nothing that is on the screen', TIME, async () => {
    using place = new Workplace();
    const job = `sh -c 'echo "job $$"; exec "$NODE" "$LAUNCHER" tui'`;
    const script = `set -m; ${job}; echo "the shell, $?"; read -r line; kill %1; kill -CONT %1; read -r line`;
    await using terminal = Terminal.shell(place, script);
    await terminal.sees('● live');
    terminal.type('?');
    await terminal.sees('hold the display');
    process.kill(Number(/job (\d+)/.exec(terminal.transcript)![1]), 'SIGTSTP');
    await terminal.waitFor('the shell, 1');
    const before = terminal.bytes.length;
    terminal.enter('');
    const last = () => terminal.bytes.slice(before);
    await expect.poll(last, { timeout: 15_000 }).toContain('\u001b[?1049l');
    expect(last().replace(/\u001b\[\?1049h.*?\u001b\[\?1049l/s, '')).not.toMatch(/\u001b\[\d*[AJK]/);
    terminal.enter('');
    await terminal.ended;
  });

  test('a window that is closed ends it', TIME, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['tui', '--demo']);
    await terminal.sees('live');
    terminal.hangUp();
    await expect.poll(() => terminal.running, { timeout: 15_000 }).toBe(false);
  });

  test('NO_COLOR takes the colours, and nothing else', TIME, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['tui'], { NO_COLOR: '1' });
    await terminal.sees('● live');
    terminal.type('q');
    await terminal.ended;
    expect(terminal.bytes).not.toMatch(/\u001b\[[0-9;]*m/);
  });

  test('it shows the screen where the environment says CI', TIME, async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['tui', '--readonly'], { CI: 'true' });
    await terminal.sees('live');
    terminal.type('r');
    await terminal.sees('r is off: --readonly');
    terminal.type('Q');
    expect((await terminal.ended).exitCode).toBe(0);
    expectRestored(terminal);
  });
});
