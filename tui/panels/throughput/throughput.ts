import { panel } from '../../panel.ts';
import { throughputModel } from './model.ts';
import { throughputCompact, throughputTitle, throughputView } from './view.ts';

export const throughput = panel({
  name: 'throughput',
  band: 'charts',
  share: 1,
  minWidth: 22,
  rank: 60,
  model: throughputModel,
  title: throughputTitle,
  height: () => ({ least: 2, most: 5 }),
  view: throughputView,
  compact: throughputCompact,
});
