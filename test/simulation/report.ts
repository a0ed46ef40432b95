import { SCENARIOS } from './scenarios/index.ts';
import type { Failure, Tally } from './tally.ts';

/** What happened how often: a scenario that does nothing, or a fault that never comes, is seen here. */
export function summaryText({ seeds, scenarios, counts, failures }: Tally, seconds: number): string {
  const mix = SCENARIOS.filter(({ name }) => scenarios[name] !== undefined).map(({ name }): [string, number] => [
    name,
    scenarios[name]!,
  ]);
  const events = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${seeds} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)} a second), ${failures.length} failed`,
    '',
    'Scenarios',
    ...columns(mix),
    '',
    'What happened',
    ...columns(events),
    '',
  ].join('\n');
}

/** What was violated, how it came to that, and how to see all of it. */
export function failureText({ seed, scenario, checker, message, hash, tail }: Failure, named: boolean): string {
  const replay = `npm run simulate -- --seed ${seed} --seeds 1${named ? ` --scenario "${scenario}"` : ''} --trace`;
  return [
    '',
    `FAILED  seed ${seed} (${scenario}), ${checker}: ${message}`,
    ...tail.map((line) => `    ${line}`),
    `    trace hash ${hash}; replay: ${replay}`,
    '',
  ].join('\n');
}

const COLUMNS = 3;

function columns(entries: readonly (readonly [string, number])[]): string[] {
  const cells = entries.map(([name, count]) => `${String(count).padStart(9)} ${name}`);
  const width = Math.max(0, ...cells.map((cell) => cell.length)) + 2;
  const rows = Math.ceil(cells.length / COLUMNS);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => (cells[column * rows + row] ?? '').padEnd(width))
      .join('')
      .trimEnd(),
  );
}
