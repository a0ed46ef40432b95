import type { Story } from '../../src/inference/story.ts';
import type { PluginPicture } from '../../src/pipeline/plugins/plugin.ts';
import { STAGES, type StageName } from '../../src/pipeline/stages.ts';
import type { RequestPicture, RequestsPicture } from '../../src/telemetry/recent-requests.ts';
import type { Snapshot, StageSnapshot } from '../../src/telemetry/snapshot.ts';
import type { Look } from '../../tui/panel.ts';
import { type Details, type Letter, type LettersPicture, LIVE, NO_DETAILS, type Source } from '../../tui/source.ts';
import type { Past } from '../../tui/ui.ts';

/** 14:59:07 on an afternoon in Greenwich. */
export const AT = Date.UTC(2026, 2, 14, 14, 59, 7);

/** The look of the tests: their wall clock hangs in Greenwich. */
export const look = (level: Look['level'] = 'debug', sinceMs = 0): Look => ({
  level,
  sinceMs,
  timeOfDay: (at) => new Date(at).toISOString().slice(11, 19),
});

const wave = (most: number): readonly number[] =>
  Array.from({ length: 60 }, (_, at) => (at < 12 ? 0 : Math.round(most * (1 + Math.sin(at / 5))) / 2));

const stage = (fields: Partial<StageSnapshot>): StageSnapshot => ({
  ...{ depth: 0, capacity: 512, busy: 0, limit: 16, done: 0, p50_ms: 0, p95_ms: 0, p99_ms: 0 },
  history: new Array<number>(60).fill(0),
  ...fields,
});

const NOTHING_REJECTED = { breaker: 0, busy: 0, budget: 0 };
const HEALTHY = { state: 'healthy', consecutive_failures: 0, success_rate_1h: 1, p50_1h_ms: 0, p95_1h_ms: 0 } as const;
const CLOSED_BREAKER = { state: 'closed', failures: 0, failed_rounds: 0, next_probe_ms: null, reason: null } as const;
const REPLAYS = { scheduled: 0, in_flight: 0, succeeded: 0, failed: 0, left: 0 };

const stages = (fields: Partial<Record<StageName, Partial<StageSnapshot>>>): Snapshot['stages'] =>
  Object.fromEntries(STAGES.map((name) => [name, stage(fields[name] ?? {})])) as Snapshot['stages'];

const plugin = (fields: Partial<PluginPicture>): PluginPicture => ({
  ...{ enabled: true, calls: {}, errors: 0, aborts: 0, refusals: 0, changes: 0, time_ms: 0, slowest_ms: 0 },
  ...fields,
});

/** An engine that has just been started. */
export const IDLE: Snapshot = {
  ...{ at: AT, name: 'orchestrator', version: '1.0', node: 'local', state: 'running', uptime_ms: 3_000 },
  totals: {
    ...{ submitted: 0, in_flight: 0, completed: 0, blocked: 0, limited: 0 },
    ...{ shed: 0, expired: 0, failed: 0, cancelled: 0 },
  },
  rates: { in: 0, out: 0, shed: 0 },
  stages: stages({ inference: { capacity: 1024, limit: 64 }, stream: { capacity: 256 } }),
  latency: { p50_ms: 0, p95_ms: 0, p99_ms: 0, history: new Array<number>(60).fill(0) },
  throughput: { per_s: 0, history: new Array<number>(60).fill(0) },
  providers: {},
  dead_letters: {
    ...{ depth: 0, capacity: 1000, stored: 0 },
    by_reason: { shed: 0, expired: 0, failed: 0, interrupted: 0 },
    replay: REPLAYS,
  },
  log: [],
};

/** The same engine with more to do than it can. */
export const BUSY: Snapshot = {
  ...IDLE,
  ...{ name: 'production', node: 'node-1', uptime_ms: 192_000 },
  totals: { ...IDLE.totals, submitted: 18_250, in_flight: 804, completed: 17_102, shed: 312, failed: 29, cancelled: 3 },
  rates: { in: 152, out: 151, shed: 12 },
  stages: stages({
    rag: { depth: 512, busy: 2, p50_ms: 0.4, p95_ms: 1, p99_ms: 3, history: wave(2) },
    assemble: { depth: 58, busy: 1, p50_ms: 0, p95_ms: 0.1, p99_ms: 1, history: wave(1) },
    inference: {
      ...{ capacity: 1024, limit: 64, depth: 390, busy: 64, p50_ms: 1320, p95_ms: 4480, p99_ms: 5702 },
      history: wave(480),
    },
    post_process: { depth: 30, p50_ms: 0.1, p95_ms: 0.1, p99_ms: 0.2, history: wave(1) },
    stream: { capacity: 256, depth: 4, p50_ms: 0.02, p95_ms: 0.03, p99_ms: 12, history: wave(1) },
  }),
  latency: { p50_ms: 1330, p95_ms: 4510, p99_ms: 65_700, history: wave(4510) },
  throughput: { per_s: 151, history: wave(160) },
  providers: {
    anthropic: {
      ...{ kind: 'anthropic', model: 'claude-large', calls: 16_000, ok: 15_971, errors: {} },
      ...{ ttft_p50_ms: 210, p50_ms: 320, p95_ms: 480, tokens_per_s: 61.4, in_flight: 40 },
      ...{ retries: 12, rejected: NOTHING_REJECTED, health: HEALTHY, breaker: CLOSED_BREAKER },
    },
    openai: {
      ...{ kind: 'open_ai', model: 'gpt', calls: 1200, ok: 1131 },
      errors: { provider_timeout: 20, rate_limited: 9 },
      ...{ ttft_p50_ms: 0, p50_ms: 702, p95_ms: 12_000, tokens_per_s: 0, in_flight: 24 },
      ...{
        retries: 3,
        rejected: NOTHING_REJECTED,
        health: { ...HEALTHY, state: 'unhealthy', consecutive_failures: 5 },
      },
      breaker: { state: 'open', failures: 5, failed_rounds: 1, next_probe_ms: 43_200, reason: 'provider_timeout' },
    },
  },
  dead_letters: {
    depth: 341,
    capacity: 1000,
    stored: 12_341,
    by_reason: { shed: 312, expired: 0, failed: 29, interrupted: 1 },
    replay: REPLAYS,
  },
  log: [
    { at: AT - 6000, level: 'info', event: 'configuration changed', fields: { key: 'stages.inference.model' } },
    { at: AT - 4000, level: 'warn', event: 'requests shed', fields: { requests: 12 } },
    { at: AT - 1000, level: 'error', event: 'storage failed', fields: { request: 'req-42', message: 'disk is full' } },
  ],
};

/** With everything in it that an engine may have. */
export const FULL: Snapshot = {
  ...BUSY,
  reuse: {
    ...{ exact_hits: 5312, in_flight_joins: 41, misses: 11_600, entries: 4096, capacity: 10_000, evictions: 0 },
    ...{ calls_in_flight: 60, followers: 4, avoided_calls: 5489, avoided_tokens: 2_310_400 },
    ...{ dedup_semantic_hits_total: 136, dedup_semantic_miss_total: 900, avg_similarity_score: 2.1 },
  },
  routing: { policy: 'weighted', routed: 17_200, failovers: 31, unserved: 2, waited: 4, waiting: 0 },
  pool: {
    ...{ controller: 'ewma', workers: 64, min: 32, max: 64, advice: 'queue 38 % full on average', changes: 7 },
    recent: [
      { at: AT - 40_000, from: 32, to: 48, reason: 'queue 81 % full on average' },
      { at: AT - 30_000, from: 48, to: 32, reason: 'queue 4 % full on average' },
      { at: AT - 5000, from: 32, to: 64, reason: 'queue 92 % full on average' },
    ],
  },
  transforms: {
    assemble: { texts: 18_250, changed: 420, input_len: 1_204_000, output_len: 1_180_000 },
    post_process: { texts: 17_100, changed: 12, input_len: 9_400_000, output_len: 9_399_000 },
  },
  streams: { active: 3, completed: 120, pieces: 48_211, subscribers: 5, dropped: 1 },
  log: [
    {
      at: AT - 12_000,
      level: 'warn',
      event: 'breaker opened',
      fields: { provider: 'openai', reason: 'provider_timeout' },
    },
    { at: AT - 9000, level: 'info', event: 'breaker half-open', fields: { provider: 'openai' } },
    {
      at: AT - 8500,
      level: 'warn',
      event: 'breaker opened',
      fields: { provider: 'openai', reason: 'provider_timeout' },
    },
    {
      at: AT - 8000,
      level: 'warn',
      event: 'plugin disabled',
      fields: { plugin: 'custom', reason: '5 errors in a row' },
    },
    ...BUSY.log,
  ],
  retrieval: {
    ...{ documents: 120, chunks: 840, skipped: 1, queries: 40, hits: 31, timeouts: 2, index_ms: 12 },
    last_error: null,
  },
  plugins: {
    'profanity-filter': plugin({ calls: { 'after:inference': 17_000 }, slowest_ms: 0.4 }),
    custom: plugin({ enabled: false, disabled_because: '5 errors in a row', errors: 5, slowest_ms: 31 }),
  },
  dead_letters: { ...BUSY.dead_letters, replay: { ...REPLAYS, scheduled: 3, in_flight: 1, succeeded: 40 } },
  admission: {
    guard: { mode: 'audit', inspected: 18_250, blocked: 0, flagged: 12, by_class: { role_play_jailbreak: 12 } },
    budget: {
      ...{ used: 58_000, reserved: 3_000, refused: 4, sessions: 31, period_s: 3600 },
      ...{ max_tokens_per_period: 100_000, max_tokens_per_request: 0, max_tokens_per_session: 0 },
    },
    limits: {
      ...{ allowed: 18_000, limited: 250, waiting: 3 },
      by_limit: { requests_per_second: 250, per_model: 0, per_session: 0, per_tenant: 0 },
      ...{ requests_per_second: { remaining: 0, capacity: 20 }, per_model: {} },
    },
  },
  spend: {
    ...{ total_usd: 1.94, limit_usd: 5, reserved_usd: 0.12, saved_usd: 7.94, unpriced: 2, refused: 0 },
    ...{ by_provider: { anthropic: 1.9, openai: 0.04 }, by_model: { 'claude-large': 1.9, gpt: 0.04 } },
    history: wave(1).map((each) => each / 20),
  },
};

/** Whatever may come from outside: control sequences, wide and combining characters, emoji, text that never ends. */
export const HOSTILE: Snapshot = {
  ...BUSY,
  name: 'prod\u001b]0;owned\u0007uction\r\n\u202etxt',
  node: 'ノード一号機',
  providers: {
    モデル提供者その一: { ...BUSY.providers['anthropic']!, model: '👩‍👩‍👧‍👦 family e\u0301te\u0301' },
    ['x'.repeat(300)]: { ...BUSY.providers['openai']!, model: '\u001b[2J\u009b31mred' },
  },
  log: [
    {
      at: AT,
      level: 'warn',
      event: 'プロンプトが\u001b[31m拒否\u001b[0m',
      fields: { text: `한국어 ${'長'.repeat(200)}` },
    },
    { at: AT, level: 'error', event: '🔥🔥', fields: { '\u001b]52;c;aGk=\u0007key': '\u202e👍🏽 zero\u200bwidth' } },
  ],
};

const request = (fields: Partial<RequestPicture>): RequestPicture => ({
  ...{ id: 'req-1', session: 'visitor-3', priority: 'normal', status: 'completed', stage: 'stream' },
  ...{ accepted_at: AT - 2320, ended_at: AT - 2000, total_ms: 320, queued_ms: 12.5, source: 'model' },
  ...{ provider: 'anthropic', model: 'claude-large', attempts: 1, input_tokens: 12, output_tokens: 180, error: null },
  cost_usd: 0.0042,
  ...fields,
});

const OPEN = { cost_usd: null, ended_at: null, source: null, input_tokens: null, output_tokens: null } as const;
const UNASKED = {
  cost_usd: null,
  provider: null,
  model: '',
  attempts: 0,
  input_tokens: null,
  output_tokens: null,
  source: null,
} as const;

/** Requests in all the ways they can be. */
const REQUESTS: RequestsPicture = {
  at: AT,
  in_flight: 804,
  open: [
    request({ ...OPEN, id: 'req-40', status: 'working', stage: 'inference', accepted_at: AT - 900, total_ms: 900 }),
    request({
      ...{ ...OPEN, ...UNASKED, id: 'req-41', status: 'waiting', stage: 'rag', priority: 'low' },
      ...{ accepted_at: AT - 40, total_ms: 40, queued_ms: 40, session: null },
    }),
  ],
  ended: [
    request({
      ...{ id: 'req-42', status: 'failed', stage: 'inference', ended_at: AT - 1000, accepted_at: AT - 9700 },
      ...{ total_ms: 8700, attempts: 3, source: null, provider: 'openai', model: 'gpt', output_tokens: null },
      error: { code: 'provider_timeout', message: 'Provider openai did not answer within 2 s.' },
    }),
    request({
      ...{ ...UNASKED, id: 'req-39', status: 'shed', stage: 'rag', total_ms: null, queued_ms: null, accepted_at: null },
      error: { code: 'queue_full', message: 'The queue of rag is full.' },
    }),
    request({ id: 'req-38', source: 'cache', attempts: 0, provider: null, queued_ms: 0, ended_at: AT - 3000 }),
    request({ id: 'req-37', ended_at: AT - 4000, accepted_at: AT - 4320 }),
    request({ id: 'req-37', status: 'cancelled', source: null, ended_at: AT - 60_000, accepted_at: AT - 60_320 }),
  ],
};

const letter = (id: number, fields: Partial<Letter>): Letter => ({
  ...{ id, request_id: `req-${id}`, session_id: 'visitor-3', reason: 'failed', dropped_at: AT / 1000 - (10 - id) },
  error: { code: 'provider_timeout', message: 'Provider openai did not answer within 2 s.' },
  ...{ attempts: 3, hops: 0 },
  request: {
    id: `req-${id}`,
    priority: 'high',
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: `Explain a circuit breaker to somebody who has never seen one, ${'please '.repeat(20)}`,
      },
    ],
  },
  ...fields,
});

const LETTERS: LettersPicture = {
  total: 12_341,
  letters: [
    letter(9, {}),
    letter(8, { reason: 'shed', attempts: 0, error: { code: 'queue_full', message: 'The queue of rag is full.' } }),
    letter(7, { reason: 'interrupted', hops: 2 }),
  ],
};

const STORY: Story = {
  ...{ id: 'req-42', status: 'failed', policy: 'weighted' },
  error: { code: 'provider_timeout', message: 'Provider openai did not answer within 2 s.' },
  choices: [
    {
      candidates: [
        { name: 'anthropic', verdict: 'out', reason: 'its breaker is open' },
        { name: 'openai', verdict: 'chosen', reason: 'the only one left' },
      ],
    },
  ],
  attempts: [
    {
      ...{ provider: 'openai', model: 'gpt', started_ms: 12.5, took_ms: 2000, first_token_ms: null },
      ...{ result: 'provider_timeout', message: 'Provider openai did not answer within 2 s.' },
    },
  ],
  times: { queued_ms: 12.5, asking_ms: 6000, waiting_ms: 2680, other_ms: 7.5, total_ms: 8700 },
};

export const DETAILS: Details = { requests: REQUESTS, letters: LETTERS, story: STORY };

export interface ScriptedSource extends Source {
  show(next: Snapshot): void;
  /** What it was asked to do, in order. */
  readonly deeds: readonly string[];
}

/** A source that shows one picture after the other, and writes down what it is asked to do. */
export function scriptedSource(first: Snapshot, all: Details = DETAILS): ScriptedSource {
  let current = first;
  let details = NO_DETAILS;
  const deeds: string[] = [];
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const named = (letters: readonly Letter[] | null): string =>
    letters === null ? 'all' : letters.map(({ request_id }) => request_id).join(' ');
  const done = async (deed: string): Promise<string> => {
    deeds.push(deed);
    return `done: ${deed}`;
  };
  return {
    label: 'embedded',
    snapshot: () => current,
    details: () => details,
    link: () => LIVE,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    watch(topic, request = null) {
      const story = request === all.story?.id ? all.story : null;
      details = topic === null ? NO_DETAILS : { ...NO_DETAILS, [topic]: all[topic], story };
      tell();
    },
    reset: () => done('reset'),
    replay: (letters) => done(`replay ${named(letters)}`),
    purge: (letters) => done(`purge ${named(letters)}`),
    breaker: (provider, deed) => done(`${deed} ${provider}`),
    show(next) {
      current = next;
      tell();
    },
    deeds,
  };
}

/** A past without anything in it. */
export const NO_PAST: Past = { at: () => null };
