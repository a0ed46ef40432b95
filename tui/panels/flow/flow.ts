import { panel } from '../../panel.ts';
import { flowModel } from './model.ts';
import { flowCompact, flowHeight, flowTitle, flowView } from './view.ts';

export const flow = panel({
  name: 'flow',
  band: 'flow',
  share: 1,
  minWidth: 36,
  rank: 100,
  model: flowModel,
  title: flowTitle,
  height: flowHeight,
  view: flowView,
  compact: flowCompact,
});
