import type { Snapshot } from '../snapshot.ts';
import { type EngineMetric, each, ifThere, type Sample } from './metric.ts';

type Admission = NonNullable<Snapshot['admission']>;

const guard = (read: (guard: NonNullable<Admission['guard']>) => readonly Sample[]) =>
  ifThere(({ admission }) => admission?.guard, read);

const budget = (read: (budget: NonNullable<Admission['budget']>) => readonly Sample[]) =>
  ifThere(({ admission }) => admission?.budget, read);

const limits = (read: (limits: NonNullable<Admission['limits']>) => readonly Sample[]) =>
  ifThere(({ admission }) => admission?.limits, read);

const spend = (read: (spend: NonNullable<Snapshot['spend']>) => readonly Sample[]) =>
  ifThere(({ spend }) => spend, read);

/** What is checked at the entry, and what is paid. */
export const admissionMetrics: readonly EngineMetric[] = [
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
    name: 'orchestrator_admission_rate_allowed_total',
    help: 'Requests that the rate limits let in.',
    kind: 'counter',
    read: limits(({ allowed }) => [[allowed]]),
  },
  {
    name: 'orchestrator_admission_rate_limited_total',
    help: 'Requests that a rate limit refused, by limit.',
    kind: 'counter',
    labels: ['limit'],
    read: limits(({ by_limit }) => each(by_limit, 'limit', (count) => count)),
  },
  {
    name: 'orchestrator_admission_rate_waiting_requests',
    help: 'Requests that wait for their turn.',
    kind: 'gauge',
    read: limits(({ waiting }) => [[waiting]]),
  },
  {
    name: 'orchestrator_admission_budget_used_tokens',
    help: 'Tokens used within the period of the budget.',
    kind: 'gauge',
    read: budget(({ used }) => [[used]]),
  },
  {
    name: 'orchestrator_admission_budget_reserved_tokens',
    help: 'Tokens that requests on their way may take.',
    kind: 'gauge',
    read: budget(({ reserved }) => [[reserved]]),
  },
  {
    name: 'orchestrator_admission_budget_limit_tokens',
    help: 'Tokens that may be used, by limit; 0 where there is none.',
    kind: 'gauge',
    labels: ['limit'],
    read: budget(({ max_tokens_per_request, max_tokens_per_period, max_tokens_per_session }) => [
      [max_tokens_per_request, { limit: 'request' }],
      [max_tokens_per_period, { limit: 'period' }],
      [max_tokens_per_session, { limit: 'session' }],
    ]),
  },
  {
    name: 'orchestrator_admission_budget_sessions',
    help: 'Sessions whose tokens are counted.',
    kind: 'gauge',
    read: budget(({ sessions }) => [[sessions]]),
  },
  {
    name: 'orchestrator_admission_budget_refused_total',
    help: 'Requests that the token budget refused.',
    kind: 'counter',
    read: budget(({ refused }) => [[refused]]),
  },
  {
    name: 'orchestrator_spend_usd_total',
    help: 'US dollars spent since the start.',
    kind: 'counter',
    labels: ['provider'],
    read: spend(({ by_provider }) => each(by_provider, 'provider', (usd) => usd)),
  },
  {
    name: 'orchestrator_spend_saved_usd_total',
    help: 'US dollars that reused answers would have cost.',
    kind: 'counter',
    read: spend(({ saved_usd }) => [[saved_usd]]),
  },
  {
    name: 'orchestrator_spend_reserved_usd',
    help: 'US dollars that requests on their way may cost.',
    kind: 'gauge',
    read: spend(({ reserved_usd }) => [[reserved_usd]]),
  },
  {
    name: 'orchestrator_spend_limit_usd',
    help: 'US dollars that may be spent; absent without a limit.',
    kind: 'gauge',
    read: spend(({ limit_usd }) => (limit_usd === null ? [] : [[limit_usd]])),
  },
  {
    name: 'orchestrator_spend_shared_usd',
    help: 'US dollars that all processes of the data directory have spent of the limit they share.',
    kind: 'gauge',
    read: spend(({ shared }) => (shared === undefined ? [] : [[shared.total_usd]])),
  },
  {
    name: 'orchestrator_spend_refused_total',
    help: 'Requests that the spend limit refused.',
    kind: 'counter',
    read: spend(({ refused }) => [[refused]]),
  },
  {
    name: 'orchestrator_spend_unpriced_total',
    help: 'Attempts whose price is not known.',
    kind: 'counter',
    read: spend(({ unpriced }) => [[unpriced]]),
  },
];
