import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { providersModel } from './model.ts';
import { providersCompact, providersView } from './view.ts';

export const providers = panel({
  name: 'providers',
  band: 'services',
  share: 3,
  minWidth: 32,
  rank: 80,
  model: providersModel,
  title: () => [span('PROVIDERS', 'strong')],
  // Others rather go than that nobody sees who is open.
  height: (rows) => ({ least: Math.min(rows.length, 3) + 1, most: rows.length + 1 }),
  view: providersView,
  compact: providersCompact,
});
