import { scrolledTo } from '../../components/prose.ts';
import { span } from '../../text.ts';
import { pageRow, type Scene, selectedIndex, type View } from '../../view.ts';
import { requestsModel } from './model.ts';
import { requestStory, requestsTitle, requestsView } from './view.ts';

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
          scrolledTo(requestStory(opened, look, width), ui.scrolled, lines),
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
