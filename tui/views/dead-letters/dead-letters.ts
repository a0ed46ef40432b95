import { scrolledTo } from '../../components/prose.ts';
import type { Letter } from '../../source.ts';
import { span } from '../../text.ts';
import { instantOf, pageRow, type Scene, selectedIndex, type View } from '../../view.ts';
import { letterKeyOf, lettersModel } from './model.ts';
import { letterPage, lettersTitle, lettersView, replayLine } from './view.ts';

/** The dead letters: to look at, to send again, to remove. */
export const deadLetters: View = {
  name: 'dead letters',
  topic: 'letters',
  starts: 'first',
  opens: true,
  filters: true,
  keys: (scene) => (lettersModel(scene)?.rows ?? []).map(letterKeyOf),
  draw(scene: Scene, columns, height) {
    const { look, ui, snapshot } = scene;
    const replay = pageRow(columns, 1, [span('SENT AGAIN', 'strong')], (width) => [replayLine(snapshot, width)]);
    const rest = height - 3;
    const model = lettersModel(scene);
    if (model === null) {
      const title = [span('DEAD LETTERS', 'strong')];
      return [replay, pageRow(columns, rest, title, () => [[span('are being fetched', 'faint')]])];
    }
    const opened = model.rows.find((letter) => letterKeyOf(letter) === ui.opened);
    if (opened !== undefined) {
      const title = [span('DEAD LETTER', 'strong'), span(` ${opened.request_id}`)];
      return [
        pageRow(columns, height - 1, title, (width, lines) =>
          scrolledTo(letterPage(opened, look, width), ui.scrolled, lines),
        ),
      ];
    }
    const title = lettersTitle(model, ui.filters['dead letters'] ?? '', instantOf(scene) !== null);
    return [
      replay,
      pageRow(columns, rest, title, (width, lines) =>
        lettersView(model, ui.marked, selectedIndex(deadLetters, scene), look, width, lines),
      ),
    ];
  },
};

/** What `R` and `x` are about: what is marked, else what is selected. */
export function chosenLetters(scene: Scene): readonly Letter[] {
  const rows = lettersModel(scene)?.rows ?? [];
  const marked = rows.filter((letter) => scene.ui.marked.has(letterKeyOf(letter)));
  if (marked.length > 0) return marked;
  const selected = rows[selectedIndex(deadLetters, scene)];
  return selected === undefined ? [] : [selected];
}
