import { describe, expect, test } from 'vitest';
import { chart, gauge, sparkline } from '../../tui/components/bars.ts';
import { age, count, durations, quantiles } from '../../tui/components/numbers.ts';
import { type Column, table } from '../../tui/components/table.ts';
import { plain } from '../../tui/text.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [9999, '9999'],
    [12_340, '12.3k'],
    [99_960, '100k'],
    [999_600, '1.0M'],
    [4_500_000, '4.5M'],
    [8e9, '8.0G'],
    [5e15, '>1T'],
  ])('%d things are %s', (value, text) => expect(count(value)).toBe(text));

  test.each([
    [
      [0, 0, 0],
      ['–', '–', '–'],
    ],
    [
      [0, 0.04, 9.96],
      ['0.0', '0.0', '10'],
    ],
    [
      [320.4, 999.4, 999.6],
      ['320', '999', '1.0s'],
    ],
    [
      [9949, 45_000, 720_000],
      ['9.9s', '45s', '12m'],
    ],
  ])('%o ms are %o', (ms, texts) => expect(durations(ms)).toEqual(texts));

  test('quantiles that don’t fit are rounded, never cut', () => {
    expect(quantiles([1320, 4480, 5702], 14)).toBe('1.3s 4.5s 5.7s');
    expect(quantiles([1320, 4480, 5702], 12)).toBe('1s 4s 6s');
    expect(quantiles([1320, 4480, 5702], 6)).toBe('5.7s');
  });

  test.each([
    [-5, '0s'],
    [59_999, '59s'],
    [192_000, '3m12s'],
    [7_500_000, '2h05m'],
    [356_400_000, '4d03h'],
  ])('%d ms of age are %s', (ms, text) => expect(age(ms)).toBe(text));
});

describe('charts', () => {
  test('nothing can be told from little', () => {
    expect(sparkline([0, 1, 1000], 3)).toBe('·▁█');
    expect([0, 0.001, 0.5, 0.99, 1, 2].map(gauge)).toEqual([' ', '▏', '▋', '█', '█', '█']);
  });
  test('noise does not look like a mountain', () => {
    expect(sparkline([0, 0.001, 0.5, 1], 4, 1)).toBe('·▁▄█');
    expect(sparkline([1, 8], 2, 1)).toBe('▁█');
  });
  test('the latest values stand at the right, the oldest fall out', () => {
    expect(sparkline([8, 1, 2, 4], 3)).toBe('▂▄█');
    expect(sparkline([4], 3)).toBe('  █');
    expect(sparkline([], 3)).toBe('   ');
  });
  test('rows stand on each other', () => {
    expect(chart([0, 4, 8, 12, 16], 5, 2)).toEqual(['   ▄█', '·▄███']);
  });
});

describe('a table', () => {
  const columns: readonly Column[] = [
    { title: 'name', cells: ['anthropic', 'モデル'] },
    { title: 'calls', align: 'right', cells: ['7', '1200'], rank: 2 },
    { title: 'model', cells: ['large', 'small'], rank: 1 },
  ];
  const drawn = (width: number): readonly string[] => table(columns, width).map(plain);

  test('is aligned by cells of the terminal, wide characters included', () => {
    expect(drawn(40)).toEqual(['name       calls  model', 'anthropic      7  large', 'モデル      1200  small']);
  });
  test('leaves the least important columns out, and cuts the first at last', () => {
    expect(drawn(20)).toEqual(['name       calls', 'anthropic      7', 'モデル      1200']);
    expect(drawn(10)).toEqual(['name     ', 'anthropic', 'モデル   ']);
    expect(drawn(6)).toEqual(['name  ', 'anthr…', 'モデル']);
  });
});
