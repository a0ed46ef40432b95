import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { poolModel } from './model.ts';
import { poolView } from './view.ts';

export const pool = panel({
  name: 'pool',
  band: 'services',
  share: 1,
  minWidth: 28,
  rank: 25,
  model: poolModel,
  title: ({ controller }) => [span('WORKERS', 'strong'), span(` by ${controller}`)],
  height: () => ({ least: 1, most: 2 }),
  view: poolView,
});
