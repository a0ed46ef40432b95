import { folded } from '../../components/prose.ts';
import { span } from '../../text.ts';
import { pageRow, type View } from '../../view.ts';

/** Variants side by side. The engine has no experiments yet, and that is what is said. */
export const experiments: View = {
  name: 'experiments',
  draw: (_scene, columns, height) => [
    pageRow(columns, height - 1, [span('EXPERIMENTS', 'strong')], (width) => [
      [span('No experiment runs: none is configured, and this engine has no experiments.')],
      ...folded(
        'There are no variants, samples, means, p-values, effects or winners to show. What answers are made of is ' +
          'told by view 2: Enter opens a request.',
        width,
        'faint',
      ),
    ]),
  ],
};
