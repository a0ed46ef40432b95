import { Counter, Gauge, type Registry } from 'prom-client';
import type { Snapshot } from '../snapshot.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [value: number, labels?: Labels];

/** One metric as data: how it is called, and how the snapshot gives its samples. */
interface EngineMetric {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels?: readonly string[];
  readonly read: (snapshot: Snapshot) => readonly Sample[];
}

const SECOND_MS = 1000;
const QUANTILES = [
  ['0.5', 'p50_ms'],
  ['0.95', 'p95_ms'],
  ['0.99', 'p99_ms'],
] as const;

type Latency = Readonly<Record<(typeof QUANTILES)[number][1], number>>;

const quantiles = (latency: Latency, labels: Labels = {}): readonly Sample[] =>
  QUANTILES.map(([quantile, field]) => [latency[field] / SECOND_MS, { ...labels, quantile }]);

const stages =
  (read: (stage: Snapshot['stages']['rag']) => number) =>
  (snapshot: Snapshot): readonly Sample[] =>
    Object.entries(snapshot.stages).map(([stage, picture]) => [read(picture), { stage }]);

const providers =
  (read: (provider: Snapshot['providers'][string]) => number) =>
  (snapshot: Snapshot): readonly Sample[] =>
    Object.entries(snapshot.providers).map(([provider, picture]) => [read(picture), { provider }]);

const guard =
  (read: (guard: NonNullable<NonNullable<Snapshot['admission']>['guard']>) => readonly Sample[]) =>
  ({ admission }: Snapshot): readonly Sample[] =>
    admission?.guard === undefined ? [] : read(admission.guard);

const reuse =
  (read: (reuse: NonNullable<Snapshot['reuse']>) => readonly Sample[]) =>
  (snapshot: Snapshot): readonly Sample[] =>
    snapshot.reuse === undefined ? [] : read(snapshot.reuse);

/** Every label is a name of the configuration or of a closed table: what requests say never becomes a series. */
export const ENGINE_METRICS: readonly EngineMetric[] = [
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
    kind: 'gauge',
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
    kind: 'gauge',
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
    name: 'orchestrator_admission_guard_inspected_total',
    help: 'Texts that the prompt guard judged.',
    kind: 'counter',
    read: guard(({ inspected }) => [[inspected]]),
  },
  {
    name: 'orchestrator_admission_guard_verdicts_total',
    help: 'Texts that the prompt guard kept out or flagged.',
    kind: 'counter',
    labels: ['action'],
    read: guard(({ blocked, flagged }) => [
      [blocked, { action: 'block' }],
      [flagged, { action: 'flag' }],
    ]),
  },
  {
    name: 'orchestrator_admission_guard_threats_total',
    help: 'Texts that the prompt guard blocked or flagged, by class.',
    kind: 'counter',
    labels: ['class'],
    read: guard(({ by_class }) => Object.entries(by_class).map(([name, count]) => [count, { class: name }])),
  },
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
];

/** Puts the metrics of an engine into a registry; each reading of it shows the snapshot of that moment. */
export function registerEngineMetrics(registry: Registry, snapshot: () => Snapshot): void {
  for (const { name, help, kind, labels = [], read } of ENGINE_METRICS) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === 'counter') {
      new Counter({
        ...options,
        collect() {
          this.reset();
          for (const [value, of = {}] of read(snapshot())) this.inc({ ...of }, value);
        },
      });
    } else {
      new Gauge({
        ...options,
        collect() {
          this.reset();
          for (const [value, of = {}] of read(snapshot())) this.set({ ...of }, value);
        },
      });
    }
  }
}
