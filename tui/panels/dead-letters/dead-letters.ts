import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { deadLettersModel } from './model.ts';
import { deadLettersView } from './view.ts';

export const deadLetters = panel({
  name: 'dead letters',
  band: 'services',
  share: 1,
  minWidth: 20,
  rank: 40,
  model: deadLettersModel,
  title: () => [span('DEAD LETTERS', 'strong')],
  height: ({ reasons }) => ({ least: 2, most: Math.max(reasons.length + 1, 2) }),
  view: deadLettersView,
});
