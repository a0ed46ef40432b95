import type { Snapshot } from '../snapshot.ts';
import { type EngineMetric, ifThere, type Sample } from './metric.ts';

const reuse = (read: (reuse: NonNullable<Snapshot['reuse']>) => readonly Sample[]) =>
  ifThere(({ reuse }) => reuse, read);

/** Answers that needed no call of their own. */
export const reuseMetrics: readonly EngineMetric[] = [
  {
    name: 'orchestrator_reuse_answers_total',
    help: 'Requests that needed no call of their own, by where their answer came from.',
    kind: 'counter',
    labels: ['source'],
    read: reuse((picture) => [
      [picture.exact_hits, { source: 'cache' }],
      [picture.in_flight_joins, { source: 'coalesced' }],
      [picture.dedup_semantic_hits_total, { source: 'near_duplicate' }],
    ]),
  },
  {
    name: 'orchestrator_reuse_misses_total',
    help: 'Requests that needed a call.',
    kind: 'counter',
    read: reuse(({ misses }) => [[misses]]),
  },
  {
    name: 'orchestrator_reuse_entries',
    help: 'Answers that are kept.',
    kind: 'gauge',
    read: reuse(({ entries }) => [[entries]]),
  },
  {
    name: 'orchestrator_reuse_evictions_total',
    help: 'Answers that were dropped for want of room.',
    kind: 'counter',
    read: reuse(({ evictions }) => [[evictions]]),
  },
  {
    name: 'orchestrator_reuse_avoided_calls_total',
    help: 'Calls that were not made.',
    kind: 'counter',
    read: reuse(({ avoided_calls }) => [[avoided_calls]]),
  },
  {
    name: 'dedup_semantic_hits_total',
    help: 'Near-duplicates that got an answer.',
    kind: 'counter',
    read: reuse(({ dedup_semantic_hits_total }) => [[dedup_semantic_hits_total]]),
  },
  {
    name: 'dedup_semantic_miss_total',
    help: 'Prompts that had no near-duplicate.',
    kind: 'counter',
    read: reuse(({ dedup_semantic_miss_total }) => [[dedup_semantic_miss_total]]),
  },
  {
    name: 'avg_similarity_score',
    help: 'Rolling average of the Hamming distance of matched pairs.',
    kind: 'gauge',
    read: reuse(({ avg_similarity_score }) => [[avg_similarity_score]]),
  },
  {
    name: 'orchestrator_reuse_capacity_entries',
    help: 'Answers that may be kept.',
    kind: 'gauge',
    read: reuse(({ capacity }) => [[capacity]]),
  },
  {
    name: 'orchestrator_reuse_followers',
    help: 'Requests that wait for a call which is not theirs.',
    kind: 'gauge',
    read: reuse(({ followers }) => [[followers]]),
  },
  {
    name: 'orchestrator_reuse_avoided_tokens_total',
    help: 'Tokens, in and out, of the calls that were not made.',
    kind: 'counter',
    read: reuse(({ avoided_tokens }) => [[avoided_tokens]]),
  },
];
