import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { retrievalModel } from './model.ts';
import { retrievalView } from './view.ts';

export const retrieval = panel({
  name: 'retrieval',
  band: 'services',
  share: 1,
  minWidth: 24,
  rank: 30,
  model: retrievalModel,
  title: () => [span('RETRIEVAL', 'strong')],
  height: () => ({ least: 1, most: 3 }),
  view: retrievalView,
});
