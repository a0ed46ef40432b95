import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { pluginsModel } from './model.ts';
import { pluginsView } from './view.ts';

export const plugins = panel({
  name: 'plugins',
  band: 'services',
  share: 2,
  minWidth: 28,
  rank: 20,
  model: pluginsModel,
  title: () => [span('PLUGINS', 'strong')],
  height: (rows) => ({ least: 2, most: rows.length + 1 }),
  view: pluginsView,
});
