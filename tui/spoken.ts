import { plural } from './components/numbers.ts';
import { helpLines, keyBar } from './help.ts';
import { deadLettersModel } from './panels/dead-letters/model.ts';
import { detailsOf } from './panels/dead-letters/view.ts';
import { headWords, type Now } from './screen.ts';
import { statusLine } from './status.ts';
import { type Line, plain, span } from './text.ts';
import type { Controls } from './ui.ts';
import type { Scene } from './view.ts';
import { viewOf } from './views/index.ts';

/** Wide enough for every column, and long enough for what can be listened to. */
const [COLUMNS, LINES] = [160, 30] as const;
/** Log entries that are read out with the overview. */
const LATEST = 3;

/** Frames, charts and bars: nothing to read out. */
const DRAWN = /[\u2500-\u259f]+/g;

/** What the screen shows as sentences, for those who listen to it. */
export function spokenLines(scene: Scene, controls: Controls, now: Now): readonly Line[] {
  const { ui } = scene;
  const said = ui.help ? helpLines(controls, LINES) : ui.view === 'overview' ? summary(scene) : spokenView(scene);
  return [headWords(scene, controls, now), ...said, keyBar(controls, COLUMNS)];
}

function summary({ snapshot, look }: Scene): readonly Line[] {
  const { totals, rates } = snapshot;
  const letters = deadLettersModel(snapshot);
  const latest = snapshot.log.slice(-LATEST);
  return [
    statusLine(snapshot),
    [span(`${rates.in} in, ${rates.out} out, ${rates.shed} shed a second; ${totals.in_flight} in flight`)],
    [span([plural(letters.stored, 'dead letter'), ...detailsOf(letters)].join(', '))],
    ...latest.map(({ at, level, event }): Line => [span(`${look.timeOfDay(at)} ${level}: ${event}`)]),
  ];
}

/** The texts of a view, without what is only drawn. */
function spokenView(scene: Scene): readonly Line[] {
  return viewOf(scene.ui.view)
    .draw(scene, COLUMNS, LINES)
    .flatMap(({ cells, height }) =>
      cells.flatMap(({ shown, width }) => [shown.title(width), ...shown.lines(width, height)]),
    )
    .map((line): Line => [span(plain(line).replace(DRAWN, '').trimEnd())])
    .filter((line) => plain(line) !== '');
}
