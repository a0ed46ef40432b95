import { arrange } from '../layout.ts';
import type { Shown } from '../panel.ts';
import { PANELS } from '../panels/index.ts';
import type { Scene, View } from '../view.ts';

/** Everything at a glance; what can be selected are the providers. */
export const overview: View = {
  name: 'overview',
  starts: 'first',
  keys: ({ snapshot }) => Object.keys(snapshot.providers),
  draw: (scene, columns, height) => arrange(shownOf(scene), columns, height),
};

/** The panels that this snapshot has something for. */
export function shownOf({ snapshot, look }: Pick<Scene, 'snapshot' | 'look'>): readonly Shown[] {
  return PANELS.map((panel) => panel.show(snapshot, look)).filter((shown) => shown !== null);
}
