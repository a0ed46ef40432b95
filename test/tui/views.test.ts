import { describe, expect, test } from 'vitest';
import { letterKeyOf } from '../../tui/views/dead-letters/model.ts';
import { BUSY, DETAILS, FULL, HOSTILE, IDLE } from './pictures.ts';
import { screenOf } from './screen-terminal.ts';

const [DOWN, LEFT, SHIFT_LEFT, RIGHT, END, ENTER, ESCAPE, TAB, SHIFT_TAB, BACKSPACE] = [
  ...['\u001b[B', '\u001b[D', '\u001b[1;2D', '\u001b[C', '\u001b[F', '\r', '\u001b', '\t', '\u001b[Z', '\u007f'],
] as const as readonly [string, string, string, string, string, string, string, string, string, string];

describe('views', () => {
  test.each([
    ['1', 'FLOW'],
    ['2', 'REQUESTS 804 in flight'],
    ['3', 'DEAD LETTERS 12.3k kept'],
    ['4', 'No experiment runs'],
    ['5', 'WORKERS'],
    ['6', 'no cluster is configured'],
    ['7', 'LOG 3 entries'],
  ])('%s shows %s', async (key, text) => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press(key);
    expect(dashboard.shown).toContain(text);
  });

  test('Tab goes through all seven and round again; Shift-Tab goes back', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press(TAB);
    expect(dashboard.shown).toContain('REQUESTS');
    await dashboard.press(SHIFT_TAB);
    await dashboard.press(SHIFT_TAB);
    expect(dashboard.shown).toContain('LOG 3 entries');
    await dashboard.press(TAB);
    expect(dashboard.shown).toContain('FLOW');
  });

  test('a key of another view says where it belongs', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('R');
    expect(dashboard.shown).toContain('R is off: only in view 3');
  });
});

test('an automatic change is opened for its whole reason', async () => {
  using dashboard = await screenOf(FULL);
  await dashboard.press('5');
  expect(dashboard.shown).toContain('AUTOMATIC CHANGES 7 latest');
  await dashboard.press(DOWN);
  await dashboard.press(ENTER);
  expect(dashboard.shown).toMatch(/reason +5 errors in a row/);
  await dashboard.press(ESCAPE);
  await expect.poll(() => dashboard.shown).toContain('AUTOMATIC CHANGES');
});

describe('requests', () => {
  test('a filter narrows the list down as it is typed; Enter keeps it, Escape drops it', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('2/timeout');
    expect(dashboard.shown).toContain('└ /timeout▏');
    expect(dashboard.shown).toContain('1 of 7 with “timeout”');
    expect(dashboard.shown).not.toContain('req-40');
    await dashboard.press(ENTER);
    await dashboard.press('/');
    for (let at = 0; at < 7; at++) await dashboard.press(BACKSPACE);
    expect(dashboard.shown).toContain('req-40');
    await dashboard.press(ESCAPE);
    await expect.poll(() => dashboard.shown).toContain('1 of 7');
    await dashboard.press(ESCAPE);
    await expect.poll(() => dashboard.shown).toContain('req-40');
  });

  test('Enter opens one, and Escape goes back to where one was', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press(`2${DOWN}`);
    await dashboard.press('j');
    expect(dashboard.shown).toContain('▶ req-42');
    await dashboard.press(ENTER);
    expect(dashboard.shown).toContain('REQUEST req-42');
    expect(dashboard.shown).toContain('provider_timeout: Provider openai did not answer within 2 s.');
    await dashboard.press('jjjjjjjjjj');
    expect(dashboard.shown).toContain('○ anthropic: out (its breaker is open)');
    expect(dashboard.shown).toContain('queues 13 + providers 6.0s');
    await dashboard.press(ESCAPE);
    await expect.poll(() => dashboard.shown).toContain('▶ req-42');
  });

  test('an id that came twice is two lines, and one can go past both', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('2G');
    expect(dashboard.shown).toMatch(/▶ req-37 +○ cancelled/);
    await dashboard.press('k');
    expect(dashboard.shown).toMatch(/▶ req-37 +● completed/);
    await dashboard.press('k');
    expect(dashboard.shown).toContain('▶ req-38');
    await dashboard.press('g');
    expect(dashboard.shown).toContain('▶ req-40');
  });
});

describe('dead letters', () => {
  test('R asks, and sends the selected one again', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('3jR');
    expect(dashboard.shown).toContain('send 1 dead letter again? y does it');
    await dashboard.press('y');
    expect(dashboard.source.deeds).toEqual(['replay req-8']);
    expect(dashboard.shown).toContain('└ done: replay req-8');
  });

  test('of marked ones a word must be typed; anything else leaves all as it was', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('3mmR');
    expect(dashboard.shown).toContain('send 2 dead letters again: type replay and Enter:');
    await dashboard.press(`y${ENTER}`);
    expect(dashboard.source.deeds).toEqual([]);
    expect(dashboard.shown).toContain('left as it is');
    await dashboard.press(`Rreplay${ENTER}`);
    expect(dashboard.source.deeds).toEqual(['replay req-9 req-8']);
  });

  test('a mark stays when its letter moves down the list and gets another number', () => {
    const [letter] = DETAILS.letters!.letters;
    expect(letterKeyOf({ ...letter!, id: 1 })).toBe(letterKeyOf({ ...letter!, id: 500 }));
  });

  test('all are sent, or removed, by the word only', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press(`3Areplay${ENTER}`);
    await dashboard.press(`Xpurge${ENTER}`);
    await dashboard.press('xn');
    await dashboard.press('xy');
    expect(dashboard.source.deeds).toEqual(['replay all', 'purge all', 'purge req-9']);
  });

  test('under --readonly nothing can be sent or removed, and the keys are not offered', async () => {
    using dashboard = await screenOf(BUSY, { readonly: true });
    await dashboard.press('3');
    expect(dashboard.shown).not.toContain('R replay');
    await dashboard.press('R');
    expect(dashboard.shown).toContain('R is off: --readonly');
    await dashboard.press(`Xpurge${ENTER}`);
    expect(dashboard.source.deeds).toEqual([]);
  });

  test('Enter shows what was asked', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('3');
    await dashboard.press(ENTER);
    expect(dashboard.shown).toContain('Explain a circuit breaker');
    expect(dashboard.shown).toContain('it has died 1×');
  });
});

describe('breakers', () => {
  test('b trips a closed one and resets an open one, after a yes', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('b');
    expect(dashboard.shown).toContain('trip the breaker of anthropic? y does it');
    await dashboard.press('y');
    await dashboard.press('jby');
    expect(dashboard.shown).toContain('▶ openai');
    expect(dashboard.source.deeds).toEqual(['trip anthropic', 'reset openai']);
  });

  test('without a breaker it says so', async () => {
    using dashboard = await screenOf(IDLE);
    await dashboard.press('b');
    expect(dashboard.shown).toContain('b is off: this provider has no breaker');
  });
});

describe('going back', () => {
  const film = async () => {
    const dashboard = await screenOf(BUSY);
    for (let second = 1; second <= 60; second++) {
      await dashboard.advance(1000);
      await dashboard.show({
        ...BUSY,
        at: BUSY.at + second * 1000,
        uptime_ms: BUSY.uptime_ms + second * 1000,
        rates: { in: 1000 + second, out: 0, shed: 0 },
      });
    }
    return dashboard;
  };

  test('← shows an earlier instant and says so, → goes forth, End is live again', async () => {
    using dashboard = await film();
    expect(dashboard.shown).toContain('in 1060/s');
    await dashboard.press(LEFT);
    await dashboard.press(LEFT);
    expect(dashboard.shown).toContain('in 1058/s');
    expect(dashboard.shown).toContain('◀ 2s ago  15:00:05');
    await dashboard.press(SHIFT_LEFT);
    expect(dashboard.shown).toContain('in 1028/s');
    await dashboard.press(RIGHT);
    expect(dashboard.shown).toContain('in 1029/s');
    await dashboard.press(END);
    expect(dashboard.shown).toContain('in 1060/s');
    expect(dashboard.shown).toContain('● live');
  });

  test('nothing is changed from there', async () => {
    using dashboard = await film();
    await dashboard.press(LEFT);
    await dashboard.press('r');
    expect(dashboard.shown).toContain('r is off: this is an earlier instant; End is live');
    expect(dashboard.source.deeds).toEqual([]);
  });

  test('the requests are those of then', async () => {
    using dashboard = await film();
    await dashboard.press('2');
    expect(dashboard.shown).toMatch(/req-42 +○ failed/);
    await dashboard.press(SHIFT_LEFT);
    await dashboard.press(SHIFT_LEFT);
    await dashboard.press(SHIFT_LEFT);
    // It ended a second before the oldest picture, and the one that began 40 ms before is in flight.
    expect(dashboard.shown).toContain('nothing older has been recorded');
  });

  test('→ past the latest picture is live', async () => {
    using dashboard = await film();
    await dashboard.press(LEFT);
    await dashboard.press(RIGHT);
    expect(dashboard.shown).toContain('● live');
  });
});

describe('log', () => {
  test('it stands at the newest entry; / searches events and fields, l filters levels, Enter shows all fields', async () => {
    using dashboard = await screenOf(BUSY);
    await dashboard.press('7');
    expect(dashboard.shown).toMatch(/▶ 14:59:06 +ERROR +storage failed/);
    await dashboard.press('/disk');
    expect(dashboard.shown).toContain('LOG 1 entries · with “disk” · 2 hidden');
    await dashboard.press(ENTER);
    await dashboard.press(ENTER);
    expect(dashboard.shown).toMatch(/message +disk is full/);
  });
});

test('hostile names and prompts stand there as words in every view', async () => {
  using dashboard = await screenOf(HOSTILE);
  for (const key of '1234567') {
    await dashboard.press(key);
    expect(dashboard.shown).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]*$/);
  }
});

test('a list that is longer than the screen keeps the selected line in sight', async () => {
  using dashboard = await screenOf({
    ...FULL,
    log: Array.from({ length: 200 }, (_, at) => ({
      ...{ at: FULL.at + at, level: 'info' as const, event: `event ${at}`, fields: {} },
    })),
  });
  await dashboard.press('7');
  expect(dashboard.shown).toMatch(/▶ .*event 199/);
  await dashboard.press('\u001b[5~');
  expect(dashboard.shown).toMatch(/▶ .*event 182/);
  await dashboard.press('g');
  expect(dashboard.shown).toMatch(/▶ .*event 0/);
});

describe('read out by a screen reader', () => {
  test('words only: no frames, charts or bars, in any view', async () => {
    using dashboard = await screenOf(FULL, { spoken: true });
    expect(dashboard.shown).toContain('orchestrator, production, node-1, embedded: ● live  14:59:07  up 3m12s');
    expect(dashboard.shown).toContain('152 in, 151 out, 12 shed a second; 804 in flight');
    for (const key of '1234567?') {
      await dashboard.press(key);
      expect(dashboard.shown).not.toMatch(/[\u2500-\u259f]/);
    }
  });

  test('new pictures do not interrupt: they come with a key', async () => {
    using dashboard = await screenOf(BUSY, { spoken: true });
    const before = dashboard.shown;
    await dashboard.show({ ...BUSY, uptime_ms: BUSY.uptime_ms + 1000, rates: { in: 777, out: 0, shed: 0 } });
    await dashboard.advance(3000);
    expect(dashboard.shown).toBe(before);
    await dashboard.press('l');
    expect(dashboard.shown).toContain('777 in');
  });
});
