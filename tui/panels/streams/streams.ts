import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { streamsModel } from './model.ts';
import { streamsView } from './view.ts';

export const streams = panel({
  name: 'streams',
  band: 'services',
  share: 1,
  minWidth: 26,
  rank: 16,
  model: streamsModel,
  title: () => [span('SESSION STREAMS', 'strong')],
  height: () => ({ least: 1, most: 2 }),
  view: streamsView,
});
