import { panel } from '../../panel.ts';
import { latencyModel } from './model.ts';
import { latencyCompact, latencyTitle, latencyView } from './view.ts';

export const latency = panel({
  name: 'latency',
  band: 'charts',
  share: 1,
  minWidth: 28,
  rank: 70,
  model: latencyModel,
  title: latencyTitle,
  height: () => ({ least: 2, most: 5 }),
  view: latencyView,
  compact: latencyCompact,
});
