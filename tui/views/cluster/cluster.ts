import { count } from '../../components/numbers.ts';
import { facts } from '../../components/prose.ts';
import { span } from '../../text.ts';
import { pageRow, type View } from '../../view.ts';

/** The nodes. The engine works alone yet, and that is what is said. */
export const cluster: View = {
  name: 'cluster',
  draw: ({ snapshot }, columns, height) => [
    pageRow(columns, height - 1, [span('CLUSTER', 'strong')], (width) =>
      facts(
        [
          ['nodes', `1: ${snapshot.node}, ${snapshot.state}`],
          ['leader', 'none is needed: this node works alone, no cluster is configured'],
          ['leases', 'none'],
          ['work queue', `not shared: ${count(snapshot.totals.in_flight)} requests in flight here`],
        ],
        width,
      ),
    ),
  ],
};
