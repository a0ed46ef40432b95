import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../tui/keys.ts';
import { BUSY, IDLE } from './pictures.ts';
import { screenOf } from './screen-terminal.ts';

const CTRL_C = '\u0003';
const NEXT = { ...BUSY, rates: { in: 777, out: 151, shed: 0 } };

describe('keys', () => {
  test('p holds the picture while the engine goes on, and says so; p again goes on', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('p');
    expect(dashboard.shown).toContain('‖ paused');
    await dashboard.show(NEXT);
    expect(dashboard.shown).toContain('in 152/s');
    await dashboard.press(' ');
    expect(dashboard.shown).toContain('● live');
    expect(dashboard.shown).toContain('in 777/s');
  });

  test('l goes through the levels of the log', async () => {
    using dashboard = await screenOf(BUSY);
    expect(dashboard.shown).toContain('requests shed');
    await dashboard.press('lll');
    expect(dashboard.shown).toContain('log: error');
    expect(dashboard.shown).not.toContain('requests shed');
    await dashboard.press('l');
    expect(dashboard.shown).toContain('log: all');
  });

  test('? and h show what every key does; Escape goes back', async () => {
    using dashboard = await screenOf(BUSY);
    for (const key of ['?', 'h']) {
      await dashboard.press(key);
      let seen = dashboard.shown;
      for (let line = 0; line < 10; line++) {
        await dashboard.press('j');
        seen += dashboard.shown;
      }
      for (const { help } of ACTIONS) expect(seen).toContain(help.slice(0, 60));
      await dashboard.press(key);
      expect(dashboard.shown).not.toContain('HELP');
    }
    await dashboard.press('?');
    await dashboard.press('\u001b');
    // A lone Escape could be the beginning of an arrow: ink waits for what follows.
    await expect.poll(() => dashboard.shown).not.toContain('HELP');
  });

  test('r counts anew, and says so until the next key', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('r');
    expect(dashboard.shown).toContain('└ start all counters anew? y does it, any other key does not ─');
    await dashboard.press('n');
    expect(dashboard.source.deeds).toEqual([]);
    expect(dashboard.shown).toContain('└ left as it is: start all counters anew ─');
    await dashboard.press('ry');
    expect(dashboard.source.deeds).toEqual(['reset']);
    expect(dashboard.shown).toContain('└ done: reset ─');
    await dashboard.press('n');
    expect(dashboard.shown).toContain('p pause');
  });

  test('r says why it does nothing under --readonly, and while paused', async () => {
    using dashboard = await screenOf(BUSY, { readonly: true });
    await dashboard.press('r');
    expect(dashboard.shown).toContain('r is off: --readonly');
    using paused = await screenOf(BUSY);
    await paused.press('p');
    await paused.press('r');
    expect(paused.shown).toContain('r is off: the display is paused');
    expect([...dashboard.source.deeds, ...paused.source.deeds]).toEqual([]);
  });

  test.each([
    ['q', false],
    ['Q', false],
    [CTRL_C, true],
  ])('%j quits', async (key, interrupted) => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press(key);
    expect(dashboard.quits).toEqual([interrupted]);
  });

  test('what is pasted is no command', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('\u001b[200~quit\u001b[201~');
    expect(dashboard.quits).toEqual([]);
  });
});

test('a new picture is shown at once; the same one is not drawn again', async () => {
  using dashboard = await screenOf(IDLE);
  const { frames } = dashboard;
  await dashboard.show(IDLE);
  expect(dashboard.frames).toBe(frames);
  await dashboard.show(BUSY);
  expect(dashboard.shown).toContain('node-1');
});

test('the clock in the header goes on while nothing happens', async () => {
  using dashboard = await screenOf(IDLE);
  expect(dashboard.shown).toContain('14:59:07  up 3s');
  await dashboard.advance(62_000);
  expect(dashboard.shown).toContain('15:00:09  up 1m05s');
});

test('every size is drawn at once, small ones included', async () => {
  using dashboard = await screenOf(BUSY);
  for (const [columns, rows] of [
    [200, 60],
    [60, 20],
    [80, 24],
  ] as const) {
    await dashboard.resize(columns, rows);
    const lines = dashboard.shown.split('\n');
    expect(lines).toHaveLength(rows - 1);
    expect(lines[1]).toHaveLength(columns);
  }
  await dashboard.resize(20, 5);
  expect(dashboard.shown).toBe('20×5 is too small: …');
});

test('a storm of resizes ends with the last size', async () => {
  using dashboard = await screenOf(BUSY);
  for (let at = 0; at < 300; at++) await dashboard.resize(10 + ((at * 37) % 150), 3 + ((at * 17) % 50));
  await dashboard.resize(80, 24);
  expect(dashboard.shown.split('\n')).toHaveLength(23);
});
