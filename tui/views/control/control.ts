import { list } from '../../components/list.ts';
import { count, NOTHING } from '../../components/numbers.ts';
import { facts, scrolledTo } from '../../components/prose.ts';
import { type Line, type Role, span } from '../../text.ts';
import { pageRow, type Scene, selectedIndex, type View } from '../../view.ts';
import { type AutomaticChange, type ControlModel, controlModel } from './model.ts';

const FACT_LINES = 4;

/** What the engine changes by itself. */
export const control: View = {
  name: 'control',
  starts: 'first',
  opens: true,
  keys: ({ snapshot }) => controlModel(snapshot).changes.map(keyOf),
  draw(scene, columns, height) {
    const model = controlModel(scene.snapshot);
    const opened = model.changes.find((change) => keyOf(change) === scene.ui.opened);
    if (opened !== undefined) {
      return [
        pageRow(columns, height - 1, [span('AUTOMATIC CHANGE', 'strong')], (width, lines) =>
          scrolledTo(changePage(opened, scene, width), scene.ui.scrolled, lines),
        ),
      ];
    }
    return [
      pageRow(columns, FACT_LINES, [span('WORKERS', 'strong'), span(' of the inference stage')], (width) =>
        factsOf(model, width).slice(0, FACT_LINES),
      ),
      pageRow(columns, height - FACT_LINES - 2, titleOf(model), (width, lines) =>
        changeLines(model, scene, width, lines),
      ),
    ];
  },
};

const keyOf = ({ at, what, after }: AutomaticChange): string => `${at} ${what} ${after}`;

const changePage = (
  { at, what, before, after, reason, fate }: AutomaticChange,
  { look }: Scene,
  width: number,
): readonly Line[] =>
  facts(
    [
      ['time', look.timeOfDay(at)],
      ['what', what, 'strong'],
      ['before', before],
      ['after', after],
      ['reason', reason === '' ? NOTHING : reason],
      ['fate', fate, FATES[fate]],
    ],
    width,
  );

function factsOf({ workers, busy, waiting, pool }: ControlModel, width: number): readonly Line[] {
  return facts(
    [
      ['workers', `${count(workers)}, ${count(busy)} busy, ${count(waiting)} requests wait for one`],
      [
        'adjusted',
        pool === null
          ? 'by nobody: the number is fixed (pool.controller = "none")'
          : `by ${pool.controller}, ${pool.min} to ${pool.max}, ${count(pool.changes)} times`,
      ],
      ['observed', pool === null ? 'nothing: nobody decides by it' : pool.advice || 'nothing yet'],
      ['forecasts', 'none: no control loop is configured'],
    ],
    width,
  );
}

const titleOf = ({ changes, pool }: ControlModel): Line => [
  span('AUTOMATIC CHANGES', 'strong'),
  span(
    changes.length === 0
      ? ''
      : ` ${changes.length} latest${pool === null ? '' : `, ${pool.changes} of workers in all`}`,
  ),
];

const FATES: Readonly<Record<AutomaticChange['fate'], Role>> = {
  kept: 'good',
  'rolled back': 'warning',
  changed: 'faint',
};

function changeLines({ changes }: ControlModel, scene: Scene, width: number, height: number): readonly Line[] {
  if (changes.length === 0) {
    return [
      [span('None yet.')],
      [span('Workers, breakers and plugins that are turned off for their failures are told of here.', 'faint')],
    ];
  }
  return list(
    changes,
    [
      { title: 'time', cell: ({ at }) => scene.look.timeOfDay(at), role: () => 'faint', rank: 1 },
      { title: 'what', cell: ({ what }) => what },
      { title: 'change', cell: ({ before, after }) => `${before} → ${after}`, rank: 9 },
      { title: 'fate', cell: ({ fate }) => fate, role: ({ fate }) => FATES[fate], rank: 7 },
      { title: 'reason', cell: ({ reason }) => reason, rank: 2, flexible: 12 },
    ],
    { selected: selectedIndex(control, scene) },
    width,
    height,
  );
}
