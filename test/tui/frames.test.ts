import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { drawScreen, drawText, type Size } from '../../tui/screen.ts';
import type { Details } from '../../tui/source.ts';
import { lineWidth, plain, widthOf } from '../../tui/text.ts';
import { type Controls, FIRST_UI, type Ui } from '../../tui/ui.ts';
import { BUSY, DETAILS, FULL, HOSTILE, IDLE, look, NO_PAST, scriptedSource } from './pictures.ts';

const SIZES: readonly Size[] = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];

interface Seen extends Partial<Ui> {
  readonly readonly?: boolean;
  readonly details?: Details;
}

function screen(snapshot: Snapshot, size: Size, { readonly = false, details = DETAILS, ...part }: Seen = {}) {
  const ui: Ui = { ...FIRST_UI, ...part };
  const provider = ui.places.overview?.key ?? null;
  const scene = { snapshot: ui.held?.snapshot ?? snapshot, details, ui, look: { ...look(ui.level), provider } };
  const controls: Controls = {
    ...{ ui, scene, past: NO_PAST, page: 10, now: () => 0, act: () => undefined },
    source: scriptedSource(snapshot),
    readonly,
    change: () => undefined,
    quit: () => undefined,
  };
  const now = { wall: snapshot.at, uptimeMs: snapshot.uptime_ms };
  return drawScreen(scene, controls, now, size);
}

const MARKED: ReadonlySet<string> = new Set(['req-9@1773500346', 'req-7@1773500344']);
const QUESTION: Ui['typing'] = {
  kind: 'answer',
  text: 'repl',
  question: { what: 'send 2 dead letters again', word: 'replay', deed: async () => '' },
};

const text = (...of: Parameters<typeof screen>): string =>
  screen(...of)
    .map(plain)
    .join('\n');

describe.each(SIZES)('at $columns×$rows', (size) => {
  const file = (name: string): string => `frames/${name}-${size.columns}x${size.rows}.txt`;

  test('an idle engine', async () => {
    await expect(`${text(IDLE, size)}\n`).toMatchFileSnapshot(file('idle'));
  });

  test('a busy engine', async () => {
    await expect(`${text(BUSY, size)}\n`).toMatchFileSnapshot(file('busy'));
  });

  test('an engine with everything', async () => {
    await expect(`${text(FULL, size)}\n`).toMatchFileSnapshot(file('full'));
  });

  test('the help', async () => {
    await expect(`${text(BUSY, size, { help: true, readonly: true })}\n`).toMatchFileSnapshot(file('help'));
  });

  test.each([
    ['requests', { view: 'requests' }],
    ['request', { view: 'requests', opened: 'req-42#0' }],
    ['dead-letters', { view: 'dead letters', places: { 'dead letters': { key: '', index: 1 } }, marked: MARKED }],
    ['dead-letter', { view: 'dead letters', opened: 'req-9@1773500346' }],
    ['experiments', { view: 'experiments' }],
    ['control', { view: 'control' }],
    ['cluster', { view: 'cluster' }],
    ['log', { view: 'log' }],
    ['question', { view: 'dead letters', typing: QUESTION }],
    [
      'rewound',
      {
        held: {
          snapshot: { ...FULL, at: FULL.at - 36_000, uptime_ms: FULL.uptime_ms - 36_000 },
          at: 0,
          why: 'rewound',
        },
      },
    ],
  ] as const satisfies readonly (readonly [string, Seen])[])('the view %s', async (name, seen) => {
    const shown = text(FULL, size, seen);
    await expect(`${shown}\n`).toMatchFileSnapshot(file(name));
    expect(screen(FULL, size, seen).map(lineWidth)).toEqual(new Array(size.rows - 1).fill(size.columns));
  });

  test.each([
    ['idle', IDLE],
    ['busy', BUSY],
    ['full', FULL],
    ['hostile', HOSTILE],
  ])('an %s picture fills every line to the last cell, and leaves the last row free', (_, snapshot) => {
    const lines = screen(snapshot, size);
    expect(lines).toHaveLength(size.rows - 1);
    expect(lines.map(lineWidth)).toEqual(new Array(size.rows - 1).fill(size.columns));
  });
});

test('the documentation shows the busy engine as it is drawn', () => {
  const page = readFileSync(new URL('../../docs/dashboard.md', import.meta.url), 'utf8');
  expect(page).toContain(`\`\`\`text\n${text(BUSY, { columns: 80, rows: 24 })}\n\`\`\``);
});

test('text from outside stands there as words', () => {
  const shown = text(HOSTILE, { columns: 200, rows: 60 });
  expect(shown).toContain('モデル提供者その一');
  expect(shown).toContain('👩‍👩‍👧‍👦 family');
  expect(shown).toContain('prod]0;owned');
  expect(shown).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]*$/);
});

test('a paused display says so, and shows the time of its picture', () => {
  const [head] = screen(
    BUSY,
    { columns: 80, rows: 24 },
    {
      held: { snapshot: BUSY, at: 0, why: 'paused' },
    },
  );
  expect(plain(head!)).toContain('‖ paused  14:59:07');
});

test('what the latest key came to takes the place of the key bar', () => {
  expect(text(BUSY, { columns: 80, rows: 24 }, { notice: 'r is off: --readonly' })).toContain(
    '└ r is off: --readonly ─',
  );
});

test('keys that are off are not in the bar, and the help says why', () => {
  const size = { columns: 80, rows: 24 };
  expect(text(BUSY, size, { readonly: true })).not.toContain('r reset');
  expect(text(BUSY, size, { readonly: true, help: true })).toContain('(off: --readonly)');
});

test.each([
  { columns: 39, rows: 24 },
  { columns: 80, rows: 9 },
  { columns: 20, rows: 5 },
  { columns: 3, rows: 1 },
])('at $columns×$rows there is one clear line that fits', (size) => {
  const lines = screen(BUSY, size);
  expect(lines).toHaveLength(1);
  expect(lineWidth(lines[0]!)).toBeLessThanOrEqual(size.columns);
  if (size.columns >= 30) expect(plain(lines[0]!)).toBe(`${size.columns}×${size.rows} is too small: 40×10`);
});

test('every size from the least on is filled, and none breaks', () => {
  for (let columns = 40; columns <= 130; columns += 3) {
    for (let rows = 10; rows <= 40; rows += 3) {
      const lines = screen(BUSY, { columns, rows });
      expect(lines.map(lineWidth)).toEqual(new Array(rows - 1).fill(columns));
    }
  }
});

test('a picture as text has no keys and no colours', () => {
  const picture = drawText(FULL, look(), 80);
  expect(picture).not.toContain('\u001b');
  expect(picture).not.toContain('quit');
  for (const part of [
    'INFERENCE',
    'PROVIDERS',
    'PLUGINS',
    'RETRIEVAL',
    'being sent again',
    'LATENCY',
    'requests shed',
  ]) {
    expect(picture).toContain(part);
  }
  const lines = picture.trimEnd().split('\n');
  expect(lines.map(widthOf)).toEqual(lines.map(() => 80));
  expect(lines.at(-2)).toContain('storage failed');
});
