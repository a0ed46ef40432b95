import { count, durations } from '../../components/numbers.ts';
import { table } from '../../components/table.ts';
import type { Line } from '../../text.ts';
import type { PluginRow } from './model.ts';

/** A row each; of those that are off the reason, where there is room. */
export function pluginsView(rows: readonly PluginRow[], width: number, height: number): readonly Line[] {
  const shown = rows.slice(0, Math.max(height - 1, 1));
  const roles = shown.map(({ enabled }) => (enabled ? ('plain' as const) : ('warning' as const)));
  return table(
    [
      { title: '', cells: shown.map(({ enabled }) => (enabled ? '●' : '○')), roles },
      { title: 'name', cells: shown.map(({ name }) => name), rank: 9 },
      { title: 'calls', align: 'right', cells: shown.map(({ calls }) => count(calls)), rank: 7 },
      { title: 'errors', align: 'right', cells: shown.map(({ errors }) => count(errors)), rank: 8 },
      { title: 'slowest', align: 'right', cells: shown.map(({ slowestMs }) => durations([slowestMs])[0]!), rank: 2 },
      { title: '', cells: shown.map(({ because }) => because ?? ''), roles, rank: 1 },
    ],
    width,
  );
}
