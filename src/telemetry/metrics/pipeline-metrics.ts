import type { Snapshot } from '../snapshot.ts';
import { type EngineMetric, each, quantiles, type Sample } from './metric.ts';

const stages =
  (read: (stage: Snapshot['stages']['rag']) => number) =>
  ({ stages }: Snapshot): readonly Sample[] =>
    each(stages, 'stage', read);

/** Requests, stages and dead letters. */
export const pipelineMetrics: readonly EngineMetric[] = [
  {
    name: 'orchestrator_pipeline_submitted_total',
    help: 'Requests submitted to the engine.',
    kind: 'counter',
    read: ({ totals }) => [[totals.submitted]],
  },
  {
    name: 'orchestrator_pipeline_requests_total',
    help: 'Requests that have ended, by outcome.',
    kind: 'counter',
    labels: ['outcome'],
    read({ totals: { submitted: _, in_flight: __, ...outcomes } }) {
      return Object.entries(outcomes).map(([outcome, count]) => [count, { outcome }]);
    },
  },
  {
    name: 'orchestrator_pipeline_in_flight_requests',
    help: 'Requests that have not ended.',
    kind: 'gauge',
    read: ({ totals }) => [[totals.in_flight]],
  },
  {
    name: 'orchestrator_pipeline_state',
    help: '1 for the state that the engine is in.',
    kind: 'gauge',
    labels: ['state'],
    read: ({ state }) =>
      ['running', 'draining', 'stopped'].map((name) => [name === state ? 1 : 0, { state: name }] as const),
  },
  {
    name: 'orchestrator_pipeline_request_latency_seconds',
    help: 'From acceptance to outcome, over the last minute.',
    kind: 'summary',
    labels: ['quantile'],
    read: ({ latency }) => quantiles(latency),
  },
  {
    name: 'orchestrator_pipeline_queue_depth_requests',
    help: 'Requests that wait for a stage.',
    kind: 'gauge',
    labels: ['stage'],
    read: stages(({ depth }) => depth),
  },
  {
    name: 'orchestrator_pipeline_queue_capacity_requests',
    help: 'Requests that may wait for a stage.',
    kind: 'gauge',
    labels: ['stage'],
    read: stages(({ capacity }) => capacity),
  },
  {
    name: 'orchestrator_pipeline_stage_busy_requests',
    help: 'Requests inside a stage.',
    kind: 'gauge',
    labels: ['stage'],
    read: stages(({ busy }) => busy),
  },
  {
    name: 'orchestrator_pipeline_stage_done_total',
    help: 'Requests that have passed a stage.',
    kind: 'counter',
    labels: ['stage'],
    read: stages(({ done }) => done),
  },
  {
    name: 'orchestrator_pipeline_stage_latency_seconds',
    help: 'Time in a stage, queue included, over the last minute.',
    kind: 'summary',
    labels: ['stage', 'quantile'],
    read: (snapshot) => Object.entries(snapshot.stages).flatMap(([stage, picture]) => quantiles(picture, { stage })),
  },
  {
    name: 'orchestrator_pipeline_dead_letters_total',
    help: 'Requests that became dead letters, by reason.',
    kind: 'counter',
    labels: ['reason'],
    read: ({ dead_letters }) => Object.entries(dead_letters.by_reason).map(([reason, count]) => [count, { reason }]),
  },
  {
    name: 'orchestrator_pipeline_dead_letters_kept',
    help: 'Dead letters that can be replayed.',
    kind: 'gauge',
    read: ({ dead_letters }) => [[dead_letters.stored]],
  },
  {
    name: 'orchestrator_pipeline_dead_letter_capacity',
    help: 'Dead letters that are kept in memory.',
    kind: 'gauge',
    read: ({ dead_letters }) => [[dead_letters.capacity]],
  },
  {
    name: 'orchestrator_pipeline_replays_total',
    help: 'Dead letters that the engine sent again, by what came of it.',
    kind: 'counter',
    labels: ['result'],
    read: ({ dead_letters: { replay } }) => [
      [replay.succeeded, { result: 'succeeded' }],
      [replay.failed, { result: 'failed' }],
      [replay.left, { result: 'left' }],
    ],
  },
  {
    name: 'orchestrator_pipeline_replays_waiting',
    help: 'Dead letters that wait to be sent again, or are on their way.',
    kind: 'gauge',
    read: ({ dead_letters: { replay } }) => [[replay.scheduled + replay.in_flight]],
  },
];
