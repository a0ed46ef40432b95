import type { Step } from '../../core/attempt.ts';
import type { Call } from '../../core/call.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Candidate } from '../candidate.ts';
import type { Decisions } from '../decisions.ts';
import type { RetryBudget } from '../layers/retry/retry-budget.ts';
import type { RetrySettings } from '../layers/retry/retry-policy.ts';
import type { AttemptReport } from '../layers/timeout/timeout-layer.ts';
import type { Patience, Waiting } from './patience.ts';
import type { Scorer } from './tournament/scorers.ts';

/** What `[routing]` says, in milliseconds and shares. */
export interface RoutingSettings {
  readonly policy: string;
  /** What an answer may take; absent: the cheapest, however slow. */
  readonly slaMs?: number | undefined;
  /** Share of requests that explore. */
  readonly epsilon: number;
  /** A scorer's name, or one of your own. */
  readonly scorer: Scorer | 'longest' | 'fastest' | 'keyword_density';
  readonly keywords: readonly string[];
  readonly awaitAll: boolean;
  readonly hedgePercentile: number;
  readonly hedgeMaxExtra: number;
  readonly waitForRecovery: Waiting;
  /** The longest that a call waits for a recovery by itself, milliseconds. */
  readonly longestWaitMs: number;
}

export interface RouterParts {
  readonly settings: RoutingSettings;
  /** All of them, in the order of the configuration. */
  readonly candidates: readonly Candidate[];
  readonly retry: RetrySettings;
  readonly budget: RetryBudget;
  readonly decisions: Decisions;
  readonly counters: RoutingCounters;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly random: Random;
}

/** What routers count, whichever they are. */
export class RoutingCounters {
  /** Calls that were routed. */
  routed = 0;
  /** Attempts at another provider after one had failed. */
  failovers = 0;
  /** Calls that found nobody to ask. */
  unserved = 0;
  /** Calls that waited for somebody to recover, and those that do so now. */
  waited = 0;
  waiting = 0;
}

/** Who is asked, and why, for `explain`. */
export interface Pick {
  readonly candidate: Candidate;
  readonly why: string;
}

/** Chooses among candidates that are ready; there is at least one. */
export type Policy = (ready: readonly Candidate[], call: Call) => Pick;

/** Has a call answered by one or more of the eligible candidates, of which there is at least one. */
export type Route = (call: Call, eligible: readonly Candidate[]) => ReturnType<Step<Call>>;

export interface Router {
  readonly route: Route;
  /** Hears of every attempt that has ended, whoever made it. */
  readonly learn?: (report: AttemptReport) => void;
  /** Numbers of its own for the snapshot; by candidate, or altogether. */
  readonly picture?: () => Readonly<Record<string, unknown>>;
}

/** A policy as data: `[routing] policy = "name"`. Adding one is a folder, and a line in `index.ts`. */
export interface RouterDefinition {
  readonly name: string;
  /** What it does, for the reference of the configuration. */
  readonly summary: string;
  create(parts: RouterParts): Router;
}
