import type { SessionTokens } from './admission/budget/budget-gate.ts';
import type { GuardMode } from './admission/guard/gate.ts';
import type { PriceList } from './admission/spend/price-list.ts';
import type { SharedAccount } from './admission/spend/shared-account.ts';
import type { Affordable } from './admission/spend/spend-gate.ts';
import type { StreamSubscription } from './conversation/stream-subscription.ts';
import type { Clock } from './core/clock.ts';
import type { Environment } from './core/environment.ts';
import type { Bus } from './core/events.ts';
import type { Job, SubmitOptions } from './core/job.ts';
import type { Outcome } from './core/outcome.ts';
import type { Random } from './core/random.ts';
import type { PromptRequest } from './core/request.ts';
import type { Breakers } from './inference/breakers.ts';
import type { Outage } from './inference/routers/patience.ts';
import type { Scorer } from './inference/routers/tournament/scorers.ts';
import type { Story } from './inference/story.ts';
import type { DeadLetterRing } from './pipeline/dead-letters.ts';
import type { EngineEvents } from './pipeline/events.ts';
import type { Handle } from './pipeline/handle.ts';
import type { Hook, HookPosition } from './pipeline/hooks.ts';
import type { Plugin } from './pipeline/plugins/plugin.ts';
import type { PluginSwitches } from './pipeline/plugins/plugins.ts';
import type { Provider } from './providers/provider.ts';
import type { LetterSelection } from './schedule/dead-letter-replay.ts';
import type { Config } from './sections.ts';
import type { Storage } from './storage/contract.ts';
import type { RequestsPicture } from './telemetry/recent-requests.ts';
import type { Snapshot } from './telemetry/snapshot.ts';

export interface EngineOptions {
  /** Where dead letters and outcomes go; without one they are kept in memory only. */
  readonly storage?: Storage;
  /** This process's name in the storage; what it has in hand is nobody else's. Without it nothing is claimed there. */
  readonly owner?: string;
  /** Dead letters that the storage already holds. */
  readonly storedDeadLetters?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Where keys and addresses of providers come from; the process environment unless given. */
  readonly environment?: Environment;
  /** Where the relative globs of `stages.rag.sources` start; the process's working directory unless given. */
  readonly cwd?: string;
  /** Directory in which the index of those files is kept between runs; without one it is kept in memory. */
  readonly indexDirectory?: string;
  /** What the guard does where the configuration does not say: the server blocks. Default `audit`. */
  readonly guardMode?: GuardMode;
  /** What models cost; the published list, loaded when it is needed, unless given. */
  readonly prices?: PriceList;
  /** The spend limit, where other processes share it; without one it is this engine's alone. */
  readonly account?: SharedAccount;
  /** The node's name in snapshots. */
  readonly node?: string;
  /** Those that `plugins.modules` names, loaded by `loadPlugins`; and any others. */
  readonly plugins?: readonly Plugin[];
  /** Takes the place of the configured provider: for tests and programs that bring their own. */
  readonly provider?: Provider;
  /** The same for several; the first answers unless `routing.policy` says otherwise. */
  readonly providers?: readonly Provider[];
  /** Judges the answers of a tournament, in place of `routing.scorer`. */
  readonly scorer?: Scorer;
  /**
   * Nobody sits before it: where `routing.wait_for_recovery` does not say, calls that find no provider to ask wait for one
   * to recover, all of them together once for each outage. Default false: they fail.
   */
  readonly patient?: boolean;
}

/** The running engine. */
export interface Engine {
  /** Takes a request; await the handle for the outcome or iterate over it for the text. */
  submit(request: PromptRequest, options?: SubmitOptions): Handle;
  /** The cheapest way in: `done` is called exactly once, before this returns when nothing has to wait. */
  submitWith(request: PromptRequest, options: SubmitOptions | null, done: (outcome: Outcome) => void): Job;
  cancel(job: Job): void;
  /**
   * Whether the spend limit (`token_budget.max_spend_usd`) would let a request in: `later` may become either. Where several
   * processes share the limit, `yes` means that the money is set aside for it, and it is to be submitted then.
   */
  affordable(request: PromptRequest): Affordable | Promise<Affordable>;
  /** What a request would wait for now as no provider can be asked; null when one can, and when none is waited for. */
  outage(request?: PromptRequest): Outage | null;
  /** Puts a hook before or after a stage; the returned function takes it out again. */
  hook(position: HookPosition, hook: Hook): () => void;
  /** Named sets of hooks that can be turned on and off while it runs. */
  readonly plugins: PluginSwitches;
  /** The live text of a session, whoever asks: what is in flight from its start, then all that comes. */
  stream(session: string, tenant?: string): StreamSubscription;
  readonly events: Pick<Bus<EngineEvents>, 'on'>;
  readonly deadLetters: DeadLetterRing;
  /** Sends dead letters of the ring again, at once; returns how many. */
  replayDeadLetters(selection?: LetterSelection): number;
  /** So many dead letters the store holds now: others may take some out, or put some in. */
  deadLettersCounted(total: number): void;
  /** Tokens of sessions; null without a token budget. */
  readonly sessionBudgets: SessionTokens | null;
  /** Circuit breakers of the providers: to look at, trip and reset. */
  readonly breakers: Breakers;
  /** Forgets all answers that are kept; returns how many there were. */
  flushCache(): number;
  /**
   * Why a request went where it went: candidates, attempts, times. Null for one that ran straight through without a
   * choice, and for all but the latest thousand.
   */
  explain(id: string): Story | null;
  /** Who answers a request that names nobody; with several, the first of them. */
  provider(): Pick<Provider, 'name' | 'kind' | 'model'>;
  /** Those in flight, and the latest that waited or did not end well; made anew each time. */
  requests(): RequestsPicture;
  /** The picture of the engine now: the same object until something changed, at most ten a second. */
  snapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
  /** Starts the counts and latencies of the snapshot anew; what is in flight stays counted, dead letters stay. */
  reset(): void;
  /**
   * Takes over a changed configuration, from the next request on: system prompt, model, parameters, time-out and
   * providers. Everything else stays as it was. Throws `config_invalid`, and then nothing has changed.
   */
  apply(config: Config): void;
  /** Takes nothing new, waits for what is in flight, and interrupts what is left after `graceMs` milliseconds. */
  drain(graceMs: number): Promise<void>;
}
