import { scrolledTo } from '../../components/prose.ts';
import { type Line, span } from '../../text.ts';
import { instantOf, pageRow, type Scene, selectedIndex, type View } from '../../view.ts';
import { requestsModel } from './model.ts';
import { decisionLines } from './story.ts';
import { requestStory, requestsTitle, requestsView } from './view.ts';

/** Of then, nobody knows how far the story had come. */
function decisions(scene: Scene, id: string, width: number): readonly Line[] {
  const { story } = scene.details;
  return story?.id === id && instantOf(scene) === null ? decisionLines(story, width) : [];
}

/** The live list of requests, and one request's story. */
export const requests: View = {
  name: 'requests',
  topic: 'requests',
  starts: 'first',
  opens: true,
  filters: true,
  keys: (scene) => (requestsModel(scene)?.rows ?? []).map(({ key }) => key),
  draw(scene: Scene, columns, height) {
    const { look, ui } = scene;
    const model = requestsModel(scene);
    if (model === null) {
      return [pageRow(columns, height - 1, [span('REQUESTS', 'strong')], () => [[span('is being fetched', 'faint')]])];
    }
    const opened = model.rows.find(({ key }) => key === ui.opened);
    if (opened !== undefined) {
      const title = [span('REQUEST', 'strong'), span(` ${opened.id}`)];
      return [
        pageRow(columns, height - 1, title, (width, lines) =>
          scrolledTo([...requestStory(opened, look, width), ...decisions(scene, opened.id, width)], ui.scrolled, lines),
        ),
      ];
    }
    return [
      pageRow(columns, height - 1, requestsTitle(model, ui.filters.requests ?? ''), (width, lines) =>
        requestsView(model, selectedIndex(requests, scene), look, width, lines),
      ),
    ];
  },
};
