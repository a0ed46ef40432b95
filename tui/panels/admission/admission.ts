import { panel } from '../../panel.ts';
import { span } from '../../text.ts';
import { admissionModel } from './model.ts';
import { admissionHeight, admissionView } from './view.ts';

export const admission = panel({
  name: 'admission',
  band: 'services',
  share: 1,
  minWidth: 30,
  rank: 35,
  model: admissionModel,
  title: () => [span('ADMISSION', 'strong')],
  height: (model) => ({ least: 1, most: admissionHeight(model) }),
  view: admissionView,
});
