import type { Snapshot } from '../snapshot.ts';
import { type EngineMetric, each, ifThere, type Sample } from './metric.ts';

const retrieval = (read: (retrieval: NonNullable<Snapshot['retrieval']>) => readonly Sample[]) =>
  ifThere(({ retrieval }) => retrieval, read);

const plugins = (read: (plugin: NonNullable<Snapshot['plugins']>[string]) => number) =>
  ifThere(
    ({ plugins }) => plugins,
    (pictures) => each(pictures, 'plugin', read),
  );

const streams = (read: (streams: NonNullable<Snapshot['streams']>) => readonly Sample[]) =>
  ifThere(({ streams }) => streams, read);

/** What prompts are given, what is done to texts, and who follows them. */
export const promptMetrics: readonly EngineMetric[] = [
  {
    name: 'orchestrator_prompts_retrieval_chunks',
    help: 'Passages that can be found.',
    kind: 'gauge',
    read: retrieval(({ chunks }) => [[chunks]]),
  },
  {
    name: 'orchestrator_prompts_retrieval_queries_total',
    help: 'Requests that context was looked up for.',
    kind: 'counter',
    read: retrieval(({ queries }) => [[queries]]),
  },
  {
    name: 'orchestrator_prompts_retrieval_hits_total',
    help: 'Requests that got context.',
    kind: 'counter',
    read: retrieval(({ hits }) => [[hits]]),
  },
  {
    name: 'orchestrator_prompts_retrieval_timeouts_total',
    help: 'Requests that went on without context, because the index took too long.',
    kind: 'counter',
    read: retrieval(({ timeouts }) => [[timeouts]]),
  },
  {
    name: 'orchestrator_prompts_transformed_total',
    help: 'Texts that the transforms of a stage changed.',
    kind: 'counter',
    labels: ['stage'],
    read: ifThere(
      ({ transforms }) => transforms,
      (pictures) => each({ ...pictures }, 'stage', ({ changed }) => changed),
    ),
  },
  {
    name: 'orchestrator_pipeline_plugin_enabled',
    help: '1 while a plugin is enabled.',
    kind: 'gauge',
    labels: ['plugin'],
    read: plugins(({ enabled }) => (enabled ? 1 : 0)),
  },
  {
    name: 'orchestrator_pipeline_plugin_errors_total',
    help: 'Hooks of a plugin that failed.',
    kind: 'counter',
    labels: ['plugin'],
    read: plugins(({ errors }) => errors),
  },
  {
    name: 'orchestrator_pipeline_plugin_refusals_total',
    help: 'Requests that a plugin refused.',
    kind: 'counter',
    labels: ['plugin'],
    read: plugins(({ refusals }) => refusals),
  },
  {
    name: 'orchestrator_conversation_followers',
    help: 'Who follows sessions live.',
    kind: 'gauge',
    read: streams(({ subscribers }) => [[subscribers]]),
  },
  {
    name: 'orchestrator_conversation_followers_dropped_total',
    help: 'Followers of a session that were too slow.',
    kind: 'counter',
    read: streams(({ dropped }) => [[dropped]]),
  },
];
