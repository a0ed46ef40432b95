import type { Step } from '../core/attempt.ts';
import type { Call } from '../core/call.ts';
import type { Clock } from '../core/clock.ts';
import { toOrchestratorError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Provider } from '../providers/provider.ts';
import { type Candidate, type CandidateSettings, type CandidateSurroundings, createCandidate } from './candidate.ts';
import { Decisions } from './decisions.ts';
import { RetryBudget } from './layers/retry/retry-budget.ts';
import type { RetrySettings } from './layers/retry/retry-policy.ts';
import type { AttemptReport } from './layers/timeout/timeout-layer.ts';
import { namedBy } from './model-alias.ts';
import { type PipelinePicture, type PipelineSettings, Pipelines } from './pipelines/pipelines.ts';
import type { ProviderPicture } from './provider-record.ts';
import { ROUTERS } from './routers/index.ts';
import { type Router, RoutingCounters, type RoutingSettings } from './routers/router.ts';

export interface FleetSettings {
  readonly candidate: (provider: string) => CandidateSettings;
  /** Of calls that are routed; absent: one attempt. */
  readonly retry?: RetrySettings | undefined;
  /** Absent: the first provider answers. */
  readonly routing?: RoutingSettings | undefined;
  readonly pipelines?: readonly PipelineSettings[] | undefined;
  /** The model of requests that name none, where it names providers; absent: every provider's own. */
  readonly defaultModel?: string | undefined;
}

export interface FleetSurroundings extends Omit<CandidateSurroundings, 'budget' | 'random' | 'onAttempt' | 'routed'> {
  readonly random: Random;
}

/** Routing as the snapshot shows it. */
export interface RoutingPicture {
  readonly policy: string;
  readonly routed: number;
  /** Attempts at another provider after one had failed. */
  readonly failovers: number;
  /** Calls that found nobody to ask, and calls that waited for somebody to recover. */
  readonly unserved: number;
  readonly waited: number;
  readonly pipelines?: Readonly<Record<string, PipelinePicture>>;
  /** Numbers of the policy's own, such as `sla_misses` or `rewards`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The providers that answer, each with its layers, and the router between them, if there is more than one. */
export interface Fleet {
  readonly candidates: readonly Candidate[];
  readonly ask: Step<Call>;
  readonly budget: RetryBudget;
  readonly decisions: Decisions;
  /** Whether there is a router. */
  readonly routed: boolean;
  /** Null while there is nothing to choose. */
  routing(): RoutingPicture | null;
  /** Every provider as the snapshot shows it, by name. */
  pictures(): Readonly<Record<string, ProviderPicture>>;
  /** Changes whenever one of the pictures would. */
  stamp(): string;
  /** Who answers a request that names nobody; with several, the first of them. */
  usual(): Pick<Provider, 'name' | 'kind' | 'model'>;
}

/** @param earlier what was there before a change of the configuration: what is known of a provider stays known */
export function createFleet(
  providers: readonly Provider[],
  settings: FleetSettings,
  surroundings: FleetSurroundings,
  earlier?: Fleet,
): Fleet {
  const budget = earlier?.budget ?? new RetryBudget();
  const decisions = earlier?.decisions ?? new Decisions();
  const { routing = SINGLE, retry = ONCE, pipelines: named = [] } = settings;
  const routed = providers.length > 1 || ALWAYS_ROUTED.has(routing.policy) || routing.waitForRecovery;
  let router: Router | null = null;
  const onAttempt = (report: AttemptReport): void => {
    decisions.attempted(report);
    router?.learn?.(report);
  };
  const candidates = providers.map((provider) => {
    const known = earlier?.candidates.find(
      (one) => one.provider.name === provider.name && one.provider.kind === provider.kind,
    );
    const parts = { ...surroundings, budget, onAttempt, routed };
    return createCandidate(provider, settings.candidate(provider.name), parts, known);
  });
  const [only] = candidates;
  const shown = {
    pictures: () => picturesOf(candidates),
    stamp: () => stampOf(candidates),
    usual: () => usualOf(only!),
  };
  const common = { candidates, budget, decisions, routed, ...shown };
  if (!routed) return { ...common, ask: only!.ask, routing: () => null };

  const { clock, random } = surroundings;
  const counters = new RoutingCounters();
  const definition = ROUTERS.find(({ name }) => name === routing.policy)!;
  router = definition.create({ settings: routing, candidates, retry, budget, decisions, counters, clock, random });
  const pipelines = named.length === 0 ? null : new Pipelines(named);
  const ask = routedBy(router, { policy: routing.policy, settings, candidates, pipelines, decisions, counters, clock });
  return {
    ...common,
    ask,
    routing: () => ({
      policy: routing.policy,
      routed: counters.routed,
      failovers: counters.failovers,
      unserved: counters.unserved,
      waited: counters.waited,
      ...(pipelines === null ? {} : { pipelines: pipelines.picture() }),
      ...(router?.picture === undefined ? {} : { details: router.picture() }),
    }),
  };
}

function picturesOf(candidates: readonly Candidate[]): Readonly<Record<string, ProviderPicture>> {
  const calls = candidates.reduce((sum, { record }) => sum + record.calls, 0);
  return Object.fromEntries(
    candidates.map((candidate) => {
      const picture = candidate.picture();
      const share = calls === 0 ? 0 : Math.round((picture.calls / calls) * 10_000) / 10_000;
      return [candidate.provider.name, candidates.length > 1 ? { ...picture, share } : picture];
    }),
  );
}

const stampOf = (candidates: readonly Candidate[]): string => candidates.map((one) => one.stamp()).join(' ');

const usualOf = ({
  provider: { name, kind, model },
  settings,
}: Candidate): Pick<Provider, 'name' | 'kind' | 'model'> => ({
  name,
  kind,
  model: settings.model ?? model,
});

const ONCE: RetrySettings = { attempts: 1, baseMs: 0, maxMs: 0 };

const SINGLE: RoutingSettings = {
  policy: 'single',
  epsilon: 0,
  scorer: 'longest',
  keywords: [],
  awaitAll: true,
  hedgePercentile: 0.95,
  hedgeMaxExtra: 0,
  waitForRecovery: false,
  longestWaitMs: 0,
};

/** Policies that do something with a single provider, too. */
const ALWAYS_ROUTED: ReadonlySet<string> = new Set(['hedge']);

interface RoutedParts {
  readonly policy: string;
  readonly settings: FleetSettings;
  readonly candidates: readonly Candidate[];
  readonly pipelines: Pipelines | null;
  readonly decisions: Decisions;
  readonly counters: RoutingCounters;
  readonly clock: Clock;
}

/** Finds out who may answer a call, and hands it to the router. */
function routedBy(router: Router, parts: RoutedParts): Step<Call> {
  const { policy, settings, candidates, pipelines, decisions, counters, clock } = parts;
  const models = candidates.map((candidate) => ({
    candidate,
    name: candidate.provider.name,
    model: candidate.settings.model ?? candidate.provider.model,
  }));

  /** Those that a model name means; null when it is just a model, or none. */
  const named = (model: string | undefined): readonly Candidate[] | null =>
    model === undefined ? null : (namedBy(model, models)?.map(({ candidate }) => candidate) ?? null);
  const byDefault = named(settings.defaultModel);

  const eligibleFor = (call: Call, pipeline: PipelineSettings | null): readonly Candidate[] => {
    const asked = named(call.request.model);
    // Who names a provider means it, whatever the class of the prompt.
    if (asked !== null) return asked;
    if (pipeline === null) return byDefault ?? candidates;
    // In the order in which the pipeline names them.
    const members = pipeline.providers.flatMap((name) => candidates.filter(({ provider }) => provider.name === name));
    return members.length === 0 ? candidates : members;
  };

  return (call) => {
    const beganAt = clock.now();
    counters.routed++;
    let pipeline: PipelineSettings | null = null;
    try {
      pipeline = pipelines?.route(call.request) ?? null;
    } catch (thrown) {
      call.fail(toOrchestratorError(thrown));
      return undefined;
    }
    decisions.began(call, policy, pipeline?.name ?? null, beganAt);
    const end = (): void => {
      const now = clock.now();
      decisions.left(call, now);
      if (pipeline === null) return;
      pipelines!.ended(pipeline.name, now - beganAt, call.error === null, call.error?.code !== 'no_provider_available');
    };
    const waits = router.route(call, eligibleFor(call, pipeline));
    return waits === undefined ? end() : waits.then(end);
  };
}
