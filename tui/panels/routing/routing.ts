import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { routingModel } from './model.ts';
import { routingView } from './view.ts';

export const routing = panel({
  name: 'routing',
  band: 'services',
  share: 1,
  minWidth: 28,
  rank: 28,
  model: routingModel,
  title: ({ policy }) => [span('ROUTING', 'strong'), span(` ${policy}`)],
  height: () => ({ least: 1, most: 2 }),
  view: routingView,
});
