import { folded } from '../../components/prose.ts';
import { span } from '../../text.ts';
import { pageRow, type View } from '../../view.ts';

/** Variants side by side. The engine has no experiments yet, and that is what is said. */
export const experiments: View = {
  name: 'experiments',
  draw: (_scene, columns, height) => [
    pageRow(columns, height - 1, [span('EXPERIMENTS', 'strong')], (width) => [
      [span('No experiment runs: none is configured.')],
      ...folded(
        'The picture of this engine has no section for experiments, so there are no variants, samples or winners to show.',
        width,
        'faint',
      ),
    ]),
  ],
};
