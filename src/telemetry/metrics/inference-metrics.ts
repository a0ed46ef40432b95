import type { Snapshot } from '../snapshot.ts';
import { type EngineMetric, each, ifThere, type Sample, SECOND_MS } from './metric.ts';

const providers =
  (read: (provider: Snapshot['providers'][string]) => number) =>
  (snapshot: Snapshot): readonly Sample[] =>
    each(snapshot.providers, 'provider', read);

const routing = (read: (routing: NonNullable<Snapshot['routing']>) => readonly Sample[]) =>
  ifThere(({ routing }) => routing, read);

const pool = (read: (pool: NonNullable<Snapshot['pool']>) => readonly Sample[]) => ifThere(({ pool }) => pool, read);

/** Providers, the router between them, and the workers that call them. */
export const inferenceMetrics: readonly EngineMetric[] = [
  {
    name: 'orchestrator_inference_calls_total',
    help: 'Calls to a provider.',
    kind: 'counter',
    labels: ['provider'],
    read: providers(({ calls }) => calls),
  },
  {
    name: 'orchestrator_inference_answers_total',
    help: 'Calls that a provider answered.',
    kind: 'counter',
    labels: ['provider'],
    read: providers(({ ok }) => ok),
  },
  {
    name: 'orchestrator_inference_errors_total',
    help: 'Calls that failed, by error code.',
    kind: 'counter',
    labels: ['provider', 'code'],
    read: (snapshot) =>
      Object.entries(snapshot.providers).flatMap(([provider, { errors }]) =>
        Object.entries(errors).map(([code, count]): Sample => [count, { provider, code }]),
      ),
  },
  {
    name: 'orchestrator_inference_in_flight_calls',
    help: 'Calls that a provider has not answered yet.',
    kind: 'gauge',
    labels: ['provider'],
    read: providers(({ in_flight }) => in_flight),
  },
  {
    name: 'orchestrator_inference_call_p95_seconds',
    help: '95th percentile of the time of a call.',
    kind: 'gauge',
    labels: ['provider'],
    read: providers(({ p95_ms }) => p95_ms / SECOND_MS),
  },
  {
    name: 'orchestrator_inference_first_token_p50_seconds',
    help: 'Median time to the first token of calls that streamed.',
    kind: 'gauge',
    labels: ['provider'],
    read: providers(({ ttft_p50_ms }) => ttft_p50_ms / SECOND_MS),
  },
  {
    name: 'orchestrator_inference_retries_total',
    help: 'Calls that tried a failed one again.',
    kind: 'counter',
    labels: ['provider'],
    read: providers(({ retries }) => retries),
  },
  {
    name: 'orchestrator_inference_rejected_total',
    help: 'Calls that a provider was spared: by its breaker, its limits, or the budget for retries.',
    kind: 'counter',
    labels: ['provider', 'by'],
    read: (snapshot) =>
      Object.entries(snapshot.providers).flatMap(([provider, { rejected }]) =>
        Object.entries(rejected).map(([by, count]): Sample => [count, { provider, by }]),
      ),
  },
  {
    name: 'orchestrator_inference_breaker_state',
    help: '1 for the state that the breaker of a provider is in.',
    kind: 'gauge',
    labels: ['provider', 'state'],
    read: (snapshot) =>
      Object.entries(snapshot.providers).flatMap(([provider, { breaker }]) =>
        breaker === undefined
          ? []
          : (['closed', 'half_open', 'open'] as const).map(
              (state): Sample => [state === breaker.state ? 1 : 0, { provider, state }],
            ),
      ),
  },
  {
    name: 'orchestrator_inference_breaker_failures',
    help: 'Failures of a provider since its last success.',
    kind: 'gauge',
    labels: ['provider'],
    read: (snapshot) =>
      Object.entries(snapshot.providers).flatMap(([provider, { breaker }]) =>
        breaker === undefined ? [] : [[breaker.failures, { provider }] as const],
      ),
  },
  {
    name: 'orchestrator_inference_provider_healthy',
    help: '1 while a provider is healthy: three failures in a row make it unhealthy, one success heals it.',
    kind: 'gauge',
    labels: ['provider'],
    read: providers(({ health }) => (health.state === 'healthy' ? 1 : 0)),
  },
  {
    name: 'orchestrator_inference_tokens_per_second',
    help: 'Tokens a second of one stream, after its first token.',
    kind: 'gauge',
    labels: ['provider'],
    read: providers(({ tokens_per_s }) => tokens_per_s),
  },
  {
    name: 'orchestrator_inference_routed_total',
    help: 'Calls that the router gave to a provider.',
    kind: 'counter',
    read: routing(({ routed }) => [[routed]]),
  },
  {
    name: 'orchestrator_inference_failovers_total',
    help: 'Attempts at another provider after one had failed.',
    kind: 'counter',
    read: routing(({ failovers }) => [[failovers]]),
  },
  {
    name: 'orchestrator_inference_unserved_total',
    help: 'Calls that found nobody to ask.',
    kind: 'counter',
    read: routing(({ unserved }) => [[unserved]]),
  },
  {
    name: 'orchestrator_inference_waited_total',
    help: 'Calls that waited for a provider to recover.',
    kind: 'counter',
    read: routing(({ waited }) => [[waited]]),
  },
  {
    name: 'orchestrator_inference_pipeline_routed_total',
    help: 'Calls of a named pipeline.',
    kind: 'counter',
    labels: ['pipeline'],
    read: routing(({ pipelines = {} }) => each(pipelines, 'pipeline', ({ routed }) => routed)),
  },
  {
    name: 'orchestrator_inference_pool_workers',
    help: 'Workers of the inference stage, and the bounds between which they are changed.',
    kind: 'gauge',
    labels: ['bound'],
    read: pool(({ workers, min, max }) => [
      [workers, { bound: 'now' }],
      [min, { bound: 'min' }],
      [max, { bound: 'max' }],
    ]),
  },
  {
    name: 'orchestrator_inference_pool_changes_total',
    help: 'How often the number of workers was changed.',
    kind: 'counter',
    read: pool(({ changes }) => [[changes]]),
  },
];
