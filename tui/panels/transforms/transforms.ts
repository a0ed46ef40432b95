import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { transformsModel } from './model.ts';
import { transformsView } from './view.ts';

export const transforms = panel({
  name: 'transforms',
  band: 'services',
  share: 1,
  minWidth: 24,
  rank: 18,
  model: transformsModel,
  title: () => [span('TRANSFORMS', 'strong')],
  height: (rows) => ({ least: 2, most: rows.length + 1 }),
  view: transformsView,
});
