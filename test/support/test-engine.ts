import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY_TABLE } from '../../src/config/tree.ts';
import { validateTable } from '../../src/config/validate.ts';
import type { Job, SubmitOptions } from '../../src/core/job.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { present } from '../../src/core/present.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { createEngine, type Engine, type EngineOptions } from '../../src/engine.ts';
import type { Plugin } from '../../src/pipeline/plugins/plugin.ts';
import type { StageName } from '../../src/pipeline/stages.ts';
import type { TransformSpec } from '../../src/prompts/transforms/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { type Config, engineSections } from '../../src/sections.ts';
import type { Storage } from '../../src/storage/contract.ts';
import { ManualClock } from './manual-clock.ts';
import { prompt, type ScriptedProvider, scriptedProvider } from './scripted-provider.ts';

/** What differs from the default configuration and surroundings. */
export interface TestEngineOptions {
  readonly workers?: number;
  /** Of every queue, or of single ones. */
  readonly capacity?: number | Partial<Record<StageName, number>>;
  readonly timeoutMs?: number;
  /** Makes the time-out adaptive, and this its least. */
  readonly adaptiveMinMs?: number;
  /** Retries and breaker. Without it the engine has neither, so that a test sees each call that the provider gets. */
  readonly resilience?: Partial<Config['resilience']>;
  /** Keys of the provider. */
  readonly provided?: {
    readonly max_rps?: number;
    readonly max_concurrent?: number;
    readonly input_per_1k?: number;
    readonly output_per_1k?: number;
  };
  /** Limits at the entry; without it there are none. */
  readonly budget?: Partial<Config['token_budget']>;
  readonly rates?: Partial<Config['rate_limits']>;
  readonly tenants?: Config['tenants'];
  readonly defaults?: { readonly max_tokens?: number; readonly temperature?: number; readonly model?: string };
  readonly system?: string;
  readonly deadLetters?: number;
  /** Sections of the configuration that reuse answers; without it nothing is reused. */
  readonly reuse?: Partial<Pick<Config, 'deduplication' | 'semantic_dedup' | 'cache'>>;
  readonly plugins?: Partial<Config['plugins']> & { readonly loaded?: readonly Plugin[] };
  readonly transforms?: { readonly prompt?: readonly TransformSpec[]; readonly answer?: readonly TransformSpec[] };
  readonly provider?: Provider;
  /** Several of them, for a router. */
  readonly providers?: readonly Provider[];
  readonly scorer?: EngineOptions['scorer'];
  /** Anything else that differs from the default configuration. */
  readonly configure?: (config: Mutable<Config>) => void;
  readonly storage?: Storage;
  /** Where the spend limit is shared. */
  readonly account?: EngineOptions['account'];
  readonly clock?: ManualClock;
  /** The prompt guard is off, unless it is what the test is about. */
  readonly guard?: Partial<Config['guard']>;
  readonly guardMode?: EngineOptions['guardMode'];
  readonly patient?: boolean;
}

/** One request that a test has sent, and what its caller was told. */
export interface Sent {
  readonly request: PromptRequest;
  readonly job: Job;
  /** Every outcome the caller heard of: there must be one at most. */
  readonly outcomes: readonly Outcome[];
  /** `waiting` until the caller was told. */
  readonly status: Outcome['status'] | 'waiting';
  /** What was streamed so far. */
  readonly streamed: string;
  cancel(): void;
}

export interface World {
  readonly engine: Engine;
  readonly config: Config;
  readonly clock: ManualClock;
  readonly provider: ScriptedProvider;
  send(request: string | PromptRequest, options?: SubmitOptions | null, told?: (outcome: Outcome) => void): Sent;
  /** Sends `count` requests `PREFIX0`, `PREFIX1`, …. */
  burst(count: number, prefix?: string, fields?: Partial<PromptRequest>): Sent[];
}

export const defaultConfig = (): Config => validateTable(engineSections, EMPTY_TABLE).config as Config;

/** An engine with defaults, a manual clock and, unless the test brings another, a provider that does what the test says. */
export function testEngine(options: TestEngineOptions = {}): World {
  const clock = options.clock ?? new ManualClock();
  const provider = scriptedProvider();
  const config = configFor(options);
  const engine = createEngine(config, {
    clock,
    random: seededRandom(1),
    provider: options.provider ?? provider,
    ...present({ providers: options.providers, scorer: options.scorer, patient: options.patient }),
    ...present({ plugins: options.plugins?.loaded, account: options.account }),
    ...(options.storage === undefined ? {} : { storage: options.storage }),
    ...(options.guardMode === undefined ? {} : { guardMode: options.guardMode }),
  });
  const send: World['send'] = (given, submitOptions = null, told = () => undefined) => {
    const request = typeof given === 'string' ? prompt(given) : given;
    const outcomes: Outcome[] = [];
    let streamed = '';
    const job = engine.submitWith(request, submitOptions, (outcome) => {
      outcomes.push(outcome);
      told(outcome);
    });
    job.subscribe((text) => {
      streamed += text;
    });
    return {
      request,
      job,
      outcomes,
      get status() {
        return outcomes[0]?.status ?? 'waiting';
      },
      get streamed() {
        return streamed;
      },
      cancel: () => engine.cancel(job),
    };
  };
  return {
    engine,
    config,
    clock,
    provider,
    send,
    burst: (count, prefix = 'r', fields = {}) =>
      Array.from({ length: count }, (_, i) => send(prompt(`${prefix}${i}`, fields))),
  };
}

function configFor(options: TestEngineOptions): Config {
  const { workers, capacity, timeoutMs, adaptiveMinMs, resilience, provided, defaults, system, deadLetters } = options;
  const { transforms, plugins } = options;
  const config = structuredClone(defaultConfig()) as Mutable<Config>;
  const { stages } = config;
  if (workers !== undefined) stages.inference.inference_workers = workers;
  if (timeoutMs !== undefined) stages.inference.timeout_ms = timeoutMs;
  if (system !== undefined) stages.assemble.system = system;
  if (deadLetters !== undefined) config.dead_letters.capacity = deadLetters;
  Object.assign(config.resilience, resilience ?? { retry_attempts: 1, circuit_breaker_threshold: 0 });
  if (adaptiveMinMs !== undefined)
    Object.assign(stages.inference, { adaptive_timeout_enabled: true, adaptive_timeout_min_ms: adaptiveMinMs });
  if (provided !== undefined) Object.assign(config.providers, { scripted: { kind: 'echo', ...provided } });
  config.deduplication.enabled = options.reuse !== undefined;
  Object.assign(config, options.reuse);
  Object.assign(stages.inference, defaults);
  Object.assign(config.guard, { enabled: options.guard !== undefined }, options.guard);
  const { loaded: _, ...settings } = plugins ?? {};
  Object.assign(config.plugins, settings);
  Object.assign(stages.assemble, { transforms: transforms?.prompt ?? [] });
  Object.assign(stages.post_process, { transforms: transforms?.answer ?? [] });
  Object.assign(config.token_budget, options.budget);
  Object.assign(config.rate_limits, { enabled: options.rates !== undefined }, options.rates);
  Object.assign(config.tenants, options.tenants);
  for (const stage of Object.keys(stages) as StageName[]) {
    const places = typeof capacity === 'number' ? capacity : capacity?.[stage];
    if (places !== undefined) stages[stage].channel_capacity = places;
  }
  options.configure?.(config);
  return config as Config;
}

export type Mutable<Value> = {
  -readonly [Key in keyof Value]: Value[Key] extends object ? Mutable<Value[Key]> : Value[Key];
};

/** Lets everything that is ready happen: promises, and what they lead to. The clock stands still. */
export async function happen(): Promise<void> {
  await nextTurn();
}
