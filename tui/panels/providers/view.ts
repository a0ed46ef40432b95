import { age, count, durations, NOTHING } from '../../components/numbers.ts';
import { table } from '../../components/table.ts';
import { cut, type Line, type Span, span } from '../../text.ts';
import type { ProviderRow } from './model.ts';

const NAME_WIDTH = 24;

/** One row a provider under a row of titles; where only one line is left, that of the first. */
export function providersView(rows: readonly ProviderRow[], width: number, height: number): readonly Line[] {
  const titled = height > 1;
  const room = titled ? height - 1 : height;
  const first = Math.max(rows.findIndex(({ selected }) => selected) - room + 1, 0);
  const shown = rows.slice(first, first + room);
  const chosen = rows.some(({ selected }) => selected);
  const nameOf = ({ name, selected }: ProviderRow): string =>
    `${chosen ? (selected ? '▶ ' : '  ') : ''}${cut(name, NAME_WIDTH)}`;
  const title = (text: string) => (titled ? { title: text } : {});
  const failing = shown.map(({ failed }) => (failed > 0 ? ('bad' as const) : ('plain' as const)));
  const lines = table(
    [
      { ...title('name'), cells: shown.map(nameOf), roles: shown.map(() => 'strong') },
      {
        ...title('breaker'),
        cells: shown.map((row) => breakerOf(row).text),
        roles: shown.map((row) => breakerOf(row).role),
        rank: 10,
      },
      { ...title('model'), cells: shown.map(({ model }) => cut(model, NAME_WIDTH)), rank: 1 },
      { ...title('calls'), align: 'right', cells: shown.map(({ calls }) => count(calls)), rank: 6 },
      ...(shown.some(({ share }) => share !== null)
        ? [{ ...title('share'), align: 'right' as const, cells: shown.map(shareOf), rank: 2 }]
        : []),
      { ...title('ok'), align: 'right', cells: shown.map(({ ok }) => count(ok)), rank: 8 },
      { ...title('errors'), align: 'right', cells: shown.map(({ failed }) => count(failed)), roles: failing, rank: 9 },
      { ...title('mostly'), cells: shown.map(({ mostly }) => mostly ?? NOTHING), rank: 0 },
      { ...title('p50'), align: 'right', cells: shown.map((row) => speed(row)[0]!), rank: 3 },
      { ...title('p95'), align: 'right', cells: shown.map((row) => speed(row)[1]!), rank: 7 },
      { ...title('tok/s'), align: 'right', cells: shown.map(tokens), rank: 4 },
      { ...title('open'), align: 'right', cells: shown.map(({ in_flight }) => count(in_flight)), rank: 5 },
    ],
    width,
  );
  const hidden = rows.length - shown.length;
  return hidden === 0 || chosen ? lines : [...lines.slice(0, -1), [span(`… ${hidden + 1} more`, 'faint')]];
}

export function providersCompact(rows: readonly ProviderRow[], _width: number): Line {
  return rows.flatMap((row, at) => {
    const { name, ok, failed, in_flight } = row;
    return [
      span(`${at === 0 ? '' : ' · '}${cut(name, NAME_WIDTH)} `, 'strong'),
      ...(row.breaker === null && row.healthy ? [] : [shortState(row), span(' ')]),
      span(`${count(ok)} ok `),
      span(`${count(failed)} errors`, failed > 0 ? 'bad' : 'plain'),
      span(` ${count(in_flight)} open, p95 ${speed(row)[1]}`),
    ];
  });
}

/** What is as it should be needs no word. */
const shortState = (row: ProviderRow): Span =>
  row.breaker === 'closed' && row.healthy ? span('●', 'good') : breakerOf(row);

/** Its state, in a sign and a word; of an open one how long until it tries again. */
function breakerOf({ breaker, probeMs, healthy }: ProviderRow): Span {
  if (!healthy && (breaker === null || breaker === 'closed')) return span('◌ unhealthy', 'warning');
  switch (breaker) {
    case null:
      return span(NOTHING, 'faint');
    case 'closed':
      return span('● closed', 'good');
    case 'half_open':
      return span('◐ half-open', 'warning');
    case 'open':
      if (probeMs === null) return span('○ open', 'bad');
      // The next request that it is chosen for is a probe.
      return span(probeMs === 0 ? '○ open due' : `○ open ${age(probeMs)}`, 'bad');
  }
}

const speed = ({ p50_ms, p95_ms }: ProviderRow): readonly string[] => durations([p50_ms, p95_ms]);
const shareOf = ({ share }: ProviderRow): string => (share === null ? NOTHING : `${Math.round(share * 100)} %`);
const tokens = ({ tokens_per_s }: ProviderRow): string => (tokens_per_s === 0 ? NOTHING : count(tokens_per_s));
