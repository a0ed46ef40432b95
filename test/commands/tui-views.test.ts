import { expect, test } from 'vitest';
import { Terminal } from '../support/pty.ts';
import { Workplace } from '../support/terminal.ts';

const TIME = { timeout: 120_000 };
const [ENTER, ESCAPE, LEFT, END] = ['\r', '\u001b', '\u001b[D', '\u001b[F'] as const;

/** A person before the demo: presses keys, and waits until something is on the screen. */
async function person(args: readonly string[] = ['tui', '--demo']) {
  const place = new Workplace();
  const terminal = new Terminal(place, args);
  await terminal.sees('live');
  return {
    terminal,
    press: (keys: string) => {
      terminal.type(keys);
      return { shows: (text: string | RegExp) => terminal.sees(text) };
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

test(
  'breakers are tripped by hand: requests die, are looked at, and sent again once they are reset',
  TIME,
  async () => {
    await using one = await person();
    for (const [name, keys] of [
      ['steady', 'b'],
      ['quick', 'jb'],
      ['local', 'jb'],
    ] as const) {
      await one.press(keys).shows(`trip the breaker of ${name}? y does it`);
      await one.press('y').shows(`the breaker of ${name} is open until it is reset`);
    }
    await one.press('3').shows('no_provider_available');
    await one.press(ENTER).shows('it has died 1×');
    await one.press(ESCAPE).shows('SENT AGAIN');
    await one.press('1').shows(/▶ local +○ open/);
    for (const [name, keys] of [
      ['local', 'b'],
      ['quick', 'kb'],
      ['steady', 'kb'],
    ] as const) {
      await one.press(keys).shows(`reset the breaker of ${name}? y does it`);
      await one.press('y').shows(`the breaker of ${name} is closed`);
    }
    await one.press('3').shows('SENT AGAIN');
    await one.press('A').shows('type replay and Enter');
    await one.press(`replay${ENTER}`).shows('sent again');
    await one.press('').shows(/[1-9]\d* answered/);
  },
);

test('a second ago is a second ago, and says so', TIME, async () => {
  await using one = await person();
  // Under load a second may go by without a frame.
  await one.press('').shows(/up ([4-9]|\d\d)s/);
  await one.press(LEFT).shows(/◀ \d+s ago/);
  await one.press(END).shows('● live');
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
  await one.terminal.sees(/^┌ FLOW[\s\S]*^├ PROVIDERS[\s\S]*^└ 1-7 views.{60,}┘$/m);
  one.press('q');
  expect((await one.terminal.ended).exitCode).toBe(0);
});
