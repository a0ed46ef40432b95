import type { Priority } from '../../src/core/priority.ts';
import type { HookPosition } from '../../src/pipeline/hooks.ts';
import type { Dice, Duration, Weights } from './dice.ts';

/** What a provider does with a call. */
export type Conduct =
  | 'answer'
  /** Answers synchronously. */
  | 'at once'
  | 'refuse'
  /** 429 with or without a time to wait. */
  | 'limit'
  /** Ends within its answer, without a reason. */
  | 'cut'
  /** Says within its answer that it failed. */
  | 'break'
  /** Says something or nothing, and then nothing ever again. */
  | 'hang'
  | 'throw'
  | 'reject'
  /** Answers, and then talks on. */
  | 'chatter';

/** What it does once nobody wants the answer any more. */
export type Manners =
  | 'stop'
  /** Takes its time to stop. */
  | 'linger'
  /** Goes on to the end. */
  | 'ignore'
  /** Stops, and then talks on. */
  | 'babble';

export interface ProviderPlan {
  readonly name: string;
  readonly firstToken: Duration;
  /** Between two tokens. */
  readonly gap: Duration;
  readonly tokens: { readonly from: number; readonly to: number };
  readonly conduct: Weights<Conduct>;
  /** Times at which it behaves differently; the last one that fits counts. */
  readonly spells: readonly { readonly from: number; readonly to: number; readonly conduct: Weights<Conduct> }[];
  readonly manners: Weights<Manners>;
  /** How it counts tokens. */
  readonly usage: Weights<'counted' | 'missing' | 'nonsense'>;
  /** Milliseconds that a 429 asks to wait; null: it does not say. */
  readonly retryAfter: Duration | null;
}

/** When requests come; milliseconds since the start. */
export type Arrivals =
  | { readonly kind: 'burst'; readonly at: number; readonly count: number }
  | { readonly kind: 'poisson'; readonly from: number; readonly count: number; readonly meanMs: number };

/** What a caller does when it is told. */
export type Reaction = 'listen' | 'throw' | 'submit' | 'submit two' | 'submit dead' | 'cancel another' | 'drain';

/** What a listener does when the first piece of its answer arrives. */
export type FirstPiece = 'listen' | 'throw' | 'submit' | 'cancel';

/** How a caller submits and hears of the outcome. */
export type Way = 'callback' | 'handle' | 'late reader';

export interface ClientPlan {
  readonly name: string;
  readonly arrivals: Arrivals;
  readonly priorities: Weights<Priority | 'unsaid'>;
  readonly deadlines: { readonly share: number; readonly ms: Duration };
  readonly cancels: {
    readonly share: number;
    readonly by: Weights<'call' | 'signal' | 'aborted before'>;
    readonly afterMs: Duration;
  };
  readonly reactions: Weights<Reaction>;
  readonly firstPieces: Weights<FirstPiece>;
  /** How many submissions one request may lead to, one after the other. */
  readonly chain: number;
  readonly ways: Weights<Way>;
  /** Different sessions; 0: none. */
  readonly sessions: number;
  /** Different prompts; 0: each its own. */
  readonly prompts: number;
  /** Different tenants; 0: none. */
  readonly tenants: number;
  /** Of all: those that want a new answer, and those that ask in slightly other words. */
  readonly uncached: number;
  readonly reworded: number;
  /** Of all: those that try to talk the model out of its instructions. */
  readonly attacks: number;
  /** Of all: those whose outcome is written down before the caller hears of it, and how often that fails. */
  readonly records: { readonly share: number; readonly ms: Duration; readonly failing: number };
}

/** What a hook does. */
export type HookConduct = 'pass' | 'wait' | 'work' | 'refuse' | 'throw' | 'shout' | 'abort' | 'submit';

/** What somebody does to the engine at a point in time. */
export type Deed = { readonly at: number } & (
  | { readonly do: 'set the wall clock'; readonly byMs: number }
  /** Takes over a configuration that differs in these keys. */
  | { readonly do: 'apply'; readonly values: object }
  | { readonly do: 'drain'; readonly graceMs: number }
  /** Somebody empties the store of answers. */
  | { readonly do: 'flush' }
  /** Somebody sends the dead letters of the ring again: all, or those of one session. */
  | { readonly do: 'replay'; readonly session?: string }
  /** Somebody opens or closes the breakers by hand. */
  | { readonly do: 'trip' | 'reset' }
  /** Somebody has a dashboard open. */
  | { readonly do: 'watch'; readonly untilMs: number }
  | {
      readonly do: 'hook';
      readonly position: HookPosition;
      readonly conduct: Weights<HookConduct>;
      readonly ms: Duration;
      readonly untilMs: number;
    }
);

/** Everything that is going to happen in one simulation; what it leads to is up to the engine. */
export interface Plan {
  /** The configuration, as in the file. */
  readonly config: { readonly stages: { readonly inference: InferenceValues } & Record<string, object> } & Record<
    string,
    object
  >;
  readonly fleet: readonly ProviderPlan[];
  readonly clients: readonly ClientPlan[];
  readonly deeds: readonly Deed[];
  /** A store that takes so long for a write, and fails so often, with a database behind it or without; null: none. */
  readonly store: { readonly ms: Duration; readonly failing: number; readonly remembers?: boolean } | null;
  /** Nobody sits before the engine: its calls wait for providers to recover. */
  readonly patient?: boolean;
}

interface InferenceValues {
  readonly inference_workers: number;
  readonly timeout_ms: number;
  readonly channel_capacity: number;
}

/** A kind of world. One object, one line in `scenarios/index.ts`. */
export interface Scenario {
  readonly name: string;
  /** How often it is drawn, compared with the others. */
  readonly weight: number;
  /** What must be seen in the traces of a few seeds: without it the scenario would test nothing. */
  readonly shows: readonly string[];
  plan(dice: Dice): Plan;
}
