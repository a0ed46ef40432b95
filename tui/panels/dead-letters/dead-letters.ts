import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { deadLettersModel } from './model.ts';
import { deadLettersView, detailsOf } from './view.ts';

export const deadLetters = panel({
  name: 'dead letters',
  band: 'services',
  share: 1,
  minWidth: 20,
  rank: 40,
  model: deadLettersModel,
  title: () => [span('DEAD LETTERS', 'strong')],
  height: (model) => ({ least: 2, most: Math.max(detailsOf(model).length + 1, 2) }),
  view: deadLettersView,
});
