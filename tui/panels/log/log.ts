import { panel } from '../../panel.ts';
import { logModel } from './model.ts';
import { logTitle, logView } from './view.ts';

export const log = panel({
  name: 'log',
  band: 'log',
  share: 1,
  minWidth: 30,
  rank: 50,
  model: logModel,
  title: logTitle,
  height: () => ({ least: 1, most: Number.POSITIVE_INFINITY }),
  view: logView,
});
