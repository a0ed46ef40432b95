import { count } from '../../components/numbers.ts';
import { facts } from '../../components/prose.ts';
import { logModel } from '../../panels/log/model.ts';
import { logView } from '../../panels/log/view.ts';
import { type Line, span } from '../../text.ts';
import { pageRow, type View } from '../../view.ts';
import { controlModel } from './model.ts';

const WORKER_LINES = 3;

/** What the engine changes by itself. */
export const control: View = {
  name: 'control',
  draw({ snapshot, look }, columns, height) {
    const { workers, busy, waiting, pool, changes } = controlModel(snapshot);
    return [
      pageRow(columns, WORKER_LINES, [span('WORKERS', 'strong'), span(' of the inference stage')], (width) =>
        facts(
          [
            ['workers', `${count(workers)}, ${count(busy)} busy, ${count(waiting)} requests wait for one`],
            [
              'adjusted',
              pool === null
                ? 'by nobody: the number is fixed'
                : `by ${pool.controller}, ${pool.min} to ${pool.max}, ${count(pool.changes)} times: ${pool.advice}`,
            ],
            ['settings', 'none is adjusted by itself: no control loop is configured'],
          ],
          width,
        ),
      ),
      pageRow(
        columns,
        height - WORKER_LINES - 2,
        [span('AUTOMATIC CHANGES', 'strong')],
        (width, lines): readonly Line[] =>
          changes.length === 0
            ? [[span('None yet.', 'faint')]]
            : logView(logModel({ log: changes }, { ...look, level: 'debug' }), width, lines, 'first'),
      ),
    ];
  },
};
