import { describe, expect, test } from 'vitest';
import { compactLines } from '../../tui/compact.ts';
import { table } from '../../tui/components/table.ts';
import { arrange } from '../../tui/layout.ts';
import { type PanelDefinition, panel, type Shown } from '../../tui/panel.ts';
import { admissionModel } from '../../tui/panels/admission/model.ts';
import { deadLettersModel } from '../../tui/panels/dead-letters/model.ts';
import { flowModel } from '../../tui/panels/flow/model.ts';
import { logModel } from '../../tui/panels/log/model.ts';
import { pluginsModel } from '../../tui/panels/plugins/model.ts';
import { providersModel } from '../../tui/panels/providers/model.ts';
import { retrievalModel } from '../../tui/panels/retrieval/model.ts';
import { spendModel } from '../../tui/panels/spend/model.ts';
import { spendTitle } from '../../tui/panels/spend/view.ts';
import { throughputModel } from '../../tui/panels/throughput/model.ts';
import { statusLine } from '../../tui/status.ts';
import { lineWidth, plain, span } from '../../tui/text.ts';
import { shownOf } from '../../tui/views/overview.ts';
import { BUSY, FULL, IDLE, look } from './pictures.ts';

describe('what is to be seen', () => {
  test('flow: the five stages in order, and the rates', () => {
    const { rates, stages } = flowModel(BUSY);
    expect(rates).toEqual({ in: 152, out: 151, shed: 12 });
    expect(stages.map(({ label }) => label)).toEqual(['RAG', 'ASSEMBLE', 'INFERENCE', 'POST', 'STREAM']);
    expect(stages[2]).toMatchObject({
      depth: 390,
      capacity: 1024,
      busy: 64,
      limit: 64,
      quantilesMs: [1320, 4480, 5702],
    });
  });

  test('providers: calls and errors, and the error that came most often', () => {
    expect(providersModel(BUSY, look())).toMatchObject([
      { name: 'anthropic', calls: 16_000, failed: 0, mostly: null },
      { name: 'openai', calls: 1200, failed: 29, mostly: 'provider_timeout' },
    ]);
    expect(providersModel(IDLE, look())).toBeNull();
  });

  test('an open breaker counts down while nothing else changes, and not below nothing', () => {
    const probeAt = (sinceMs: number) => providersModel(BUSY, look('debug', sinceMs))!.map(({ probeMs }) => probeMs);
    expect(probeAt(0)).toEqual([null, 43_200]);
    expect(probeAt(10_000)).toEqual([null, 33_200]);
    expect(probeAt(99_000)).toEqual([null, 0]);
  });

  test('throughput: how requests ended, without the ends that none had', () => {
    expect(throughputModel(BUSY)).toMatchObject({ perSecond: 151, submitted: 18_250, inFlight: 804 });
    expect(throughputModel(BUSY).outcomes.map(({ status }) => status)).toEqual([
      'completed',
      'shed',
      'failed',
      'cancelled',
    ]);
  });

  test('admission: what the guard saw, how far the budget is used, how many were limited; nothing where nothing is checked', () => {
    expect(admissionModel(FULL)).toEqual({
      guard: { inspected: 18_250, blocked: 0, flagged: 12 },
      ...{ budgetShare: 0.61, overBudget: 4, rates: { limited: 250, waiting: 3 } },
    });
    expect(admissionModel({ ...FULL, admission: {} })).toEqual({
      guard: null,
      budgetShare: null,
      overBudget: 0,
      rates: null,
    });
    expect(admissionModel(BUSY)).toBeNull();
  });

  test('spend: of how much, where there is a limit; nothing where nobody is paid', () => {
    expect(plain(spendTitle(spendModel(FULL)!))).toBe('SPEND $1.94 of $5.00');
    expect(plain(spendTitle({ ...spendModel(FULL)!, limit_usd: null }))).toBe('SPEND $1.94');
    expect(spendModel(BUSY)).toBeNull();
  });

  test('dead letters: how many, and why', () => {
    expect(deadLettersModel(BUSY)).toEqual({
      ...{ depth: 341, capacity: 1000, stored: 12_341, replayed: 0, replaying: 0 },
      reasons: [
        { reason: 'shed', times: 312 },
        { reason: 'failed', times: 29 },
        { reason: 'interrupted', times: 1 },
      ],
    });
  });

  test('what an engine need not have is null until it has it', () => {
    expect(retrievalModel(BUSY)).toBeNull();
    expect(retrievalModel(FULL)).toMatchObject({ queries: 40, hits: 31 });
    expect(pluginsModel(BUSY)).toBeNull();
    expect(pluginsModel(FULL)).toMatchObject([
      { name: 'profanity-filter', enabled: true, calls: 17_000 },
      { name: 'custom', enabled: false, because: '5 errors in a row', errors: 5 },
    ]);
    expect(deadLettersModel(FULL)).toMatchObject({ replayed: 40, replaying: 4 });
  });

  test('log: from the level on', () => {
    expect(logModel(BUSY, look('debug'))).toMatchObject({ hidden: 0, rows: { length: 3 } });
    expect(logModel(BUSY, look('warn'))).toMatchObject({
      hidden: 1,
      rows: [
        { time: '14:59:03', level: 'warn', event: 'requests shed', fields: 'requests=12' },
        { level: 'error', fields: 'request=req-42 message=disk is full' },
      ],
    });
    expect(logModel(IDLE, look('error')).rows).toEqual([]);
  });
});

test('a column that is flexible takes what the others leave, and makes none of them go', () => {
  const columns = [
    { title: 'when', cells: ['14:59'], rank: 1 },
    { title: 'what', cells: ['x'.repeat(50)], flexible: 8 },
  ];
  expect(table(columns, 30).map(plain)).toEqual([`when   ${'what'.padEnd(23)}`, `14:59  ${'x'.repeat(22)}…`]);
  expect(table(columns, 12).map(plain)).toEqual(['what        ', 'xxxxxxxxxxx…']);
});

const extra = (fields: Partial<PanelDefinition<string>> = {}): Shown =>
  panel<string>({
    ...{ name: 'extra', band: 'services', share: 1, minWidth: 20, rank: 30 },
    model: () => 'something new',
    title: () => [span('EXTRA')],
    height: () => ({ least: 1, most: 1 }),
    view: (model) => [[span(model)]],
    ...fields,
  }).show(IDLE, look())!;

describe('the layout', () => {
  const rowsOf = (shown: readonly Shown[], columns: number, lines: number) =>
    arrange(shown, columns, lines).map(({ cells, height }) => ({
      names: cells.map((cell) => cell.shown.name),
      height,
    }));

  test('a panel without its section leaves its space to the others', () => {
    const [, services] = arrange(shownOf({ snapshot: IDLE, look: look() }), 80, 21);
    expect(services!.cells.map((cell) => [cell.shown.name, cell.width])).toEqual([['dead letters', 78]]);
    const withProviders = arrange(shownOf({ snapshot: BUSY, look: look() }), 80, 21)[1]!;
    expect(withProviders.cells.map((cell) => cell.shown.name)).toEqual(['providers', 'dead letters']);
  });

  test('one that is added stands beside those of its band while there is room, else under them', () => {
    const shown = [...shownOf({ snapshot: BUSY, look: look() }), extra()];
    expect(rowsOf(shown, 120, 37)[1]!.names).toEqual(['providers', 'dead letters', 'extra']);
    expect(rowsOf(shown, 60, 37)[2]!.names).toEqual(['extra']);
  });

  test('where there are too few lines the least important go first', () => {
    const names = (lines: number): readonly string[] =>
      rowsOf(shownOf({ snapshot: BUSY, look: look() }), 60, lines).flatMap((row) => row.names);
    expect(names(17)).toEqual(shownOf({ snapshot: BUSY, look: look() }).map(({ name }) => name));
    expect(names(14)).not.toContain('log');
    expect(names(7)).toEqual(['flow']);
    expect(names(3)).toEqual([]);
  });

  test('what is left goes to the panel that can always use more', () => {
    const rows = rowsOf(shownOf({ snapshot: BUSY, look: look() }), 120, 60);
    expect(rows.at(-1)!.names).toEqual(['log']);
    expect(rows.at(-1)!.height).toBeGreaterThan(20);
    expect(rows.reduce((sum, { height }) => sum + height + 1, 0)).toBe(60);
  });
});

test('the status line of a conversation', () => {
  expect(plain(statusLine(IDLE))).toBe('0 waiting · 0 at work · p50 – p95 –');
  expect(plain(statusLine(BUSY))).toBe(
    '994 waiting · 67 at work · p50 1.3s p95 4.5s · anthropic 16.0k ok 0 errors · openai 1131 ok breaker open 29 errors',
  );
});

test('the short forms, for the live views of other commands', () => {
  expect(compactLines(BUSY, look(), 110).map((line) => plain(line).trimEnd())).toEqual([
    'waiting+busy  rag 512+2 ▶ assemble 58+1 ▶ inference 390+64 ▶ post 30+0 ▶ stream 4+0',
    'anthropic ● 16.0k ok 0 errors 40 open, p95 480 · openai ○ open 43s 1131 ok 29 errors 24 open, p95 12s',
    expect.stringMatching(/^151\/s [·▁-█]{20,} {2}18\.3k in · 804 open · 17\.1k completed · 312 shed · 29 failed/),
    expect.stringMatching(/^p50 1\.3s p95 4\.5s p99 66s [·▁-█ ]{20,}$/),
  ]);
  for (const width of [20, 40, 79]) {
    for (const line of compactLines(BUSY, look(), width)) expect(lineWidth(line)).toBe(width);
  }
});
