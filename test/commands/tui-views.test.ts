import { expect, test } from 'vitest';
import { Terminal } from '../support/pty.ts';
import { Workplace } from '../support/terminal.ts';

const TIME = { timeout: 120_000 };
const [ENTER, ESCAPE, LEFT, END] = ['\r', '\u001b', '\u001b[D', '\u001b[F'] as const;

/** A person before the demo: presses keys, and waits until something is on the screen. */
async function person(args: readonly string[] = ['tui', '--demo']) {
  const place = new Workplace();
  const terminal = new Terminal(place, args);
  await terminal.waitFor('live');
  return {
    terminal,
    press: (keys: string) => {
      terminal.type(keys);
      return { shows: (text: string | RegExp) => terminal.waitFor(text) };
    },
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      place[Symbol.dispose]();
    },
  };
}

test('every view of the running demo; one request opened; and back', TIME, async () => {
  await using one = await person();
  await one.press('2').shows('req-');
  await one.press(ENTER).shows('answered by');
  await one.press(ESCAPE).shows('/ filter');
  await one.press('4').shows('No experiment runs');
  await one.press('5').shows('AUTOMATIC CHANGES');
  await one.press('6').shows('no cluster is configured');
  await one.press('7').shows('LOG');
  await one.press('1').shows('FLOW');
  one.press('q');
  expect((await one.terminal.ended).exitCode).toBe(0);
});

test('a breaker is tripped by hand: requests die, are looked at, and sent again once it is reset', TIME, async () => {
  await using one = await person();
  await one.press('b').shows('trip the breaker of steady?');
  await one.press('y').shows('is open until it is reset');
  await one.press('3').shows('circuit_open');
  await one.press(ENTER).shows('it has died 1×');
  await one.press(ESCAPE).shows('DEAD LETTERS');
  await one.press('1').shows('open');
  await one.press('b').shows('reset the breaker of steady?');
  await one.press('y').shows('is closed');
  await one.press('3').shows('DEAD LETTERS');
  await one.press('A').shows('type replay and Enter');
  await one.press(`replay${ENTER}`).shows('sent again');
  await one.press('').shows('answered');
});

test('a second ago is a second ago, and says so', TIME, async () => {
  await using one = await person();
  // Under load a second may go by without a frame.
  await one.press('').shows(/up ([4-9]|\d\d)s/);
  await one.press(LEFT).shows('ago');
  await one.press(END).shows('live');
});

test('a storm of resizes on a real terminal ends with the last size', TIME, async () => {
  await using one = await person();
  for (let at = 0; at < 60; at++) {
    one.terminal.resize(20 + ((at * 37) % 150), 5 + ((at * 17) % 50));
    one.press(String(1 + (at % 7)));
    await new Promise((next) => setImmediate(next));
  }
  one.terminal.resize(80, 24);
  one.press('1');
  await expect.poll(() => one.terminal.transcript.slice(-3000), { timeout: 20_000 }).toContain('PROVIDERS');
  one.press('q');
  expect((await one.terminal.ended).exitCode).toBe(0);
});
