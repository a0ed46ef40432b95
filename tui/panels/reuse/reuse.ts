import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { reuseModel } from './model.ts';
import { reuseView } from './view.ts';

export const reuse = panel({
  name: 'reuse',
  band: 'services',
  share: 1,
  minWidth: 29,
  rank: 45,
  model: reuseModel,
  title: () => [span('REUSE', 'strong')],
  height: () => ({ least: 1, most: 5 }),
  view: reuseView,
});
