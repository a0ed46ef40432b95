import { panel } from '../../panel.ts';
import { spendModel } from './model.ts';
import { spendCompact, spendTitle, spendView } from './view.ts';

export const spend = panel({
  name: 'spend',
  band: 'charts',
  share: 1,
  minWidth: 22,
  rank: 45,
  model: spendModel,
  title: spendTitle,
  height: () => ({ least: 2, most: 5 }),
  view: spendView,
  compact: spendCompact,
});
