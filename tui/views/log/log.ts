import type { LogEntry } from '../../../src/telemetry/log.ts';
import { list } from '../../components/list.ts';
import { facts, matches, scrolledTo } from '../../components/prose.ts';
import { fieldText, LEVELS, logModel } from '../../panels/log/model.ts';
import { LEVEL_ROLES } from '../../panels/log/view.ts';
import { span } from '../../text.ts';
import { pageRow, type Scene, selectedIndex, type View } from '../../view.ts';

/** The log with its fields; newest at the bottom. */
export const log: View = {
  name: 'log',
  starts: 'last',
  opens: true,
  filters: true,
  keys: (scene) => keyed(scene).map(({ key }) => key),
  draw(scene, columns, height) {
    const { ui, look, snapshot } = scene;
    const rows = keyed(scene);
    const opened = rows.find(({ key }) => key === ui.opened);
    if (opened !== undefined) {
      const { at, level, event, fields } = opened.entry;
      const title = [span('LOG', 'strong'), span(` ${event}`)];
      return [
        pageRow(columns, height - 1, title, (width, lines) =>
          scrolledTo(
            facts(
              [
                ['time', look.timeOfDay(at)],
                ['level', level, LEVEL_ROLES[level]],
                ['event', event, 'strong'],
                ...Object.entries(fields).map(([name, value]) => [name.slice(0, 30), fieldText(value)] as const),
              ],
              width,
            ),
            ui.scrolled,
            lines,
          ),
        ),
      ];
    }
    const filter = ui.filters.log ?? '';
    const hidden = snapshot.log.length - rows.length;
    const title = [
      span('LOG', 'strong'),
      span(` ${rows.length} entries`),
      ...(ui.level === 'debug' ? [] : [span(` · from ${ui.level} on`, 'warning')]),
      ...(filter === '' ? [] : [span(` · with “${filter}”`, 'warning')]),
      ...(hidden === 0 ? [] : [span(` · ${hidden} hidden`, 'faint')]),
    ];
    return [
      pageRow(columns, height - 1, title, (width, lines) => {
        if (rows.length === 0) return [[span(hidden === 0 ? 'nothing yet' : 'nothing that matches', 'faint')]];
        const shown = logModel({ log: rows.map(({ entry }) => entry) }, look).rows;
        return list(
          shown,
          [
            { title: 'time', cell: ({ time }) => time, role: () => 'faint', rank: 9 },
            {
              title: 'level',
              cell: ({ level }) => level.toUpperCase(),
              role: ({ level }) => LEVEL_ROLES[level],
              rank: 8,
            },
            {
              title: 'event',
              flexible: 20,
              cell: ({ event, fields }) => `${event}${fields === '' ? '' : `  ${fields}`}`,
            },
          ],
          { selected: selectedIndex(log, scene) },
          width,
          lines,
        );
      }),
    ];
  },
};

/** What the level and the filter let through, numbered from the newest back, as the oldest leave. */
function keyed({ snapshot, ui }: Scene): readonly { readonly key: string; readonly entry: LogEntry }[] {
  const filter = ui.filters.log ?? '';
  const least = LEVELS.indexOf(ui.level);
  const times = new Map<string, number>();
  return snapshot.log
    .filter(({ level }) => LEVELS.indexOf(level) >= least)
    .map((entry) => ({ entry, text: JSON.stringify(entry) }))
    .filter(({ text }) => matches(filter, [text]))
    .map(({ entry, text }) => {
      const before = times.get(text) ?? 0;
      times.set(text, before + 1);
      return { entry, key: `${text}#${before}` };
    });
}
