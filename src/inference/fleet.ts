import type { Offer, Offers } from '../admission/spend/spend-gate.ts';
import type { Step } from '../core/attempt.ts';
import type { Call } from '../core/call.ts';
import type { Clock } from '../core/clock.ts';
import { toOrchestratorError } from '../core/errors.ts';
import { present } from '../core/present.ts';
import type { Random } from '../core/random.ts';
import type { Provider } from '../providers/provider.ts';
import { type Candidate, type CandidateSettings, type CandidateSurroundings, createCandidate } from './candidate.ts';
import { Decisions } from './decisions.ts';
import { RetryBudget } from './layers/retry/retry-budget.ts';
import type { RetrySettings } from './layers/retry/retry-policy.ts';
import type { AttemptReport } from './layers/timeout/timeout-layer.ts';
import { modelAt, namedBy } from './model-alias.ts';
import { type PipelinePicture, type PipelineSettings, Pipelines } from './pipelines/pipelines.ts';
import type { ProviderPicture } from './provider-record.ts';
import { ROUTERS } from './routers/index.ts';
import { type Outage, Patience } from './routers/patience.ts';
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

export interface FleetSurroundings
  extends Omit<CandidateSurroundings, 'budget' | 'random' | 'onAttempt' | 'routed' | 'replaceable'> {
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
  /** Calls that do so now, and what all of them wait for; absent while somebody can be asked. */
  readonly waiting: number;
  readonly outage?: Outage;
  readonly pipelines?: Readonly<Record<string, PipelinePicture>>;
  /** Numbers of the policy's own, such as `sla_misses` or `rewards`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The providers that answer, each with its layers, and the router between them, if there is more than one. */
export interface Fleet {
  readonly candidates: readonly Candidate[];
  /** Known from before, and not asked by the present configuration: what is known of them is for their return. */
  readonly former: readonly Candidate[];
  readonly ask: Step<Call>;
  readonly budget: RetryBudget;
  readonly decisions: Decisions;
  readonly patience: Patience;
  readonly counters: RoutingCounters;
  /** Whether there is a router. */
  readonly routed: boolean;
  /** What calls that ask for this model, or for none, wait for now; null when they do not. */
  outage(model?: string): Outage | null;
  /** Null while there is nothing to choose. */
  routing(): RoutingPicture | null;
  /** Every provider as the snapshot shows it, by name. */
  pictures(): Readonly<Record<string, ProviderPicture>>;
  /** Changes whenever one of the pictures would. */
  stamp(): string;
  /** Who may answer a request for this model, or for none. */
  offers(model?: string): Offers;
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
  const routed = providers.length > 1 || ALWAYS_ROUTED.has(routing.policy) || routing.waitForRecovery !== 'never';
  let router: Router | null = null;
  const onAttempt = (report: AttemptReport): void => {
    decisions.attempted(report);
    router?.learn?.(report);
  };
  const earlierOnes = earlier === undefined ? [] : [...earlier.candidates, ...earlier.former];
  const candidates = providers.map((provider) => {
    const before = earlierOnes.find((one) => isSame(one.provider, provider));
    const parts = { ...surroundings, budget, onAttempt, routed, replaceable: routing.policy !== 'single' };
    return createCandidate(provider, settings.candidate(provider.name), parts, before);
  });
  const former = earlierOnes.filter((one) => !providers.some((provider) => isSame(one.provider, provider)));
  const [only] = candidates;
  const shown = {
    pictures: () => picturesOf(candidates),
    stamp: () => stampOf(candidates),
    usual: () => usualOf(only!),
  };
  const { clock, random } = surroundings;
  const patience = new Patience(routing.waitForRecovery, clock, routing.longestWaitMs, earlier?.patience);
  const counters = earlier?.counters ?? new RoutingCounters();
  const known = { former: former.slice(0, MOST_FORMER), budget, decisions, patience, counters };
  const common = { candidates, ...known, routed, ...shown };
  if (!routed) {
    const offers = (model?: string): Offers => ({ together: false, each: [offerOf(only!, model)] });
    return { ...common, ask: only!.ask, outage: () => null, routing: () => null, offers };
  }

  const definition = ROUTERS.find(({ name }) => name === routing.policy)!;
  router = definition.create({
    ...{ settings: routing, candidates, retry, budget, decisions, counters, patience, clock, random },
  });
  const pipelines = named.length === 0 ? null : new Pipelines(named);
  const meant = meaning(candidates, settings.defaultModel);
  const ask = routedBy(router, { policy: routing.policy, meant, candidates, pipelines, decisions, counters, clock });
  const eligible = (model?: string): readonly Candidate[] => {
    const asked = meant(model) ?? meant() ?? candidates;
    return routing.policy === 'single' ? asked.slice(0, 1) : asked;
  };
  const outage = (model?: string): Outage | null => patience.outage(eligible(model));
  const offers = (model?: string): Offers => ({
    together: routing.policy === 'tournament',
    each: eligible(model).map((candidate) => offerOf(candidate, model)),
  });
  return {
    ...common,
    ask,
    outage,
    offers,
    routing: () => ({
      policy: routing.policy,
      routed: counters.routed,
      failovers: counters.failovers,
      unserved: counters.unserved,
      waited: counters.waited,
      waiting: counters.waiting,
      ...present({ outage: outage() ?? undefined }),
      ...(pipelines === null ? {} : { pipelines: pipelines.picture() }),
      ...(router?.picture === undefined ? {} : { details: router.picture() }),
    }),
  };
}

const isSame = (one: Provider, other: Provider): boolean => one.name === other.name && one.kind === other.kind;

/**
 * Those that can say what the caller said in an API's own words, or all when none can: then whoever is asked names what it
 * cannot say.
 */
function ableTo(call: Call, eligible: readonly Candidate[]): readonly Candidate[] {
  if (eligible.length < 2 || (call.parameters.native === undefined && call.tools.length === 0)) return eligible;
  const able = eligible.filter(({ provider }) => provider.takes?.(call) !== false);
  return able.length === 0 ? eligible : able;
}

/** Providers that are remembered while the configuration does without them. */
const MOST_FORMER = 32;

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

const offerOf = ({ provider, settings }: Candidate, asked?: string): Offer => ({
  provider: provider.name,
  model: (asked === undefined ? null : modelAt(provider.name, asked)) ?? settings.model ?? provider.model,
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
  waitForRecovery: 'never',
  longestWaitMs: 0,
};

/** Policies that do something with a single provider, too. */
const ALWAYS_ROUTED: ReadonlySet<string> = new Set(['hedge']);

/** Those that a model's name means, or without one those that the configuration does; null when it means nobody in particular. */
type Meaning = (model?: string) => readonly Candidate[] | null;

function meaning(candidates: readonly Candidate[], usual: string | undefined): Meaning {
  const models = candidates.map((candidate) => ({
    candidate,
    name: candidate.provider.name,
    model: candidate.settings.model ?? candidate.provider.model,
  }));
  const named = (model: string | undefined): readonly Candidate[] | null =>
    model === undefined ? null : (namedBy(model, models)?.map(({ candidate }) => candidate) ?? null);
  const byDefault = named(usual);
  return (model) => (model === undefined ? byDefault : named(model));
}

interface RoutedParts {
  readonly policy: string;
  readonly meant: Meaning;
  readonly candidates: readonly Candidate[];
  readonly pipelines: Pipelines | null;
  readonly decisions: Decisions;
  readonly counters: RoutingCounters;
  readonly clock: Clock;
}

/** Finds out who may answer a call, and hands it to the router. */
function routedBy(router: Router, parts: RoutedParts): Step<Call> {
  const { policy, meant, candidates, pipelines, decisions, counters, clock } = parts;

  const eligibleFor = ({ request: { model } }: Call, pipeline: PipelineSettings | null): readonly Candidate[] => {
    const asked = model === undefined ? null : meant(model);
    // Who names a provider means it, whatever the class of the prompt.
    if (asked !== null) return asked;
    if (pipeline === null) return meant() ?? candidates;
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
    const waits = router.route(call, ableTo(call, eligibleFor(call, pipeline)));
    return waits === undefined ? end() : waits.then(end);
  };
}
