import { configFromValues } from '../../src/config/from-values.ts';
import type { Clock, Timer } from '../../src/core/clock.ts';
import type { Ids } from '../../src/core/ids.ts';
import { PRIORITIES } from '../../src/core/priority.ts';
import type { Random } from '../../src/core/random.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Engine } from '../../src/engine.ts';
import { engineSections } from '../../src/sections.ts';

/** What the demo runs on: a small engine, so that a wave of some hundred requests a second is more than it can take. */
export const DEMO_VALUES = {
  pipeline: { name: 'demo' },
  stages: {
    rag: { channel_capacity: 128 },
    assemble: { channel_capacity: 64 },
    inference: { inference_workers: 32, channel_capacity: 96 },
  },
  // So that who watches sees a breaker open and close again within a minute.
  resilience: { circuit_breaker_timeout_s: 3, circuit_breaker_probes: 3 },
  providers: {
    steady: { kind: 'echo', model: 'echo-large', delay_ms: 180, jitter_ms: 240, failure_rate: 0.01 },
  },
} as const;

/** The same while its provider is down. */
const OUTAGE_VALUES = {
  ...DEMO_VALUES,
  providers: { steady: { ...DEMO_VALUES.providers.steady, failure_rate: 1 } },
} as const;

/** A stretch of the load; the fleet can take some hundred requests a second. */
interface Wave {
  readonly name: string;
  readonly seconds: number;
  readonly perSecond: number;
  /** The provider is down: its breaker opens, and what comes is lost. */
  readonly outage?: boolean;
}

/** On a loop: quiet, busy, more than it can take, back again, and a provider that is down for a while. */
const WAVES: readonly Wave[] = [
  { name: 'idle', seconds: 5, perSecond: 3 },
  { name: 'busy', seconds: 20, perSecond: 75 },
  { name: 'overload', seconds: 10, perSecond: 260 },
  { name: 'recovery', seconds: 15, perSecond: 30 },
  { name: 'outage', seconds: 7, perSecond: 20, outage: true },
  { name: 'repaired', seconds: 13, perSecond: 40 },
];

/** Milliseconds between two portions of requests. */
const TICK_MS = 100;
/** Of a wave's load, up and down at random from tick to tick. */
const UNREST = 0.4;

const SUBJECTS = ['backpressure', 'a circuit breaker', 'single-flight', 'hedging', 'a token bucket', 'a dead letter'];
const ASKS = ['What is', 'Explain', 'Give an example of', 'When would you use', 'Summarise the history of'];

/** Share of questions that nobody asked before; the others are asked again and again, and answered from the store. */
const NEW = 0.9;

/** The load at a time since the start, requests a second. */
function loadAt(ms: number): Wave {
  const all = WAVES.reduce((sum, { seconds }) => sum + seconds, 0);
  let left = (ms / 1000) % all;
  for (const wave of WAVES) {
    if (left < wave.seconds) return wave;
    left -= wave.seconds;
  }
  return WAVES[0]!;
}

/** Sends real requests to the engine, in waves, until it is stopped. */
export class Demo {
  private readonly engine: Pick<Engine, 'submitWith' | 'apply'>;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly ids: Ids;
  private readonly startedAt: number;
  private down = false;
  /** Part of a request that is due. */
  private due = 0;
  private timer: Timer;

  constructor(engine: Pick<Engine, 'submitWith' | 'apply'>, clock: Clock, random: Random, ids: Ids) {
    this.engine = engine;
    this.clock = clock;
    this.random = random;
    this.ids = ids;
    this.startedAt = clock.now();
    this.timer = clock.after(TICK_MS, this.tick, true);
  }

  stop(): void {
    this.timer.cancel();
  }

  private readonly tick = (): void => {
    const { perSecond, outage = false } = loadAt(this.clock.now() - this.startedAt);
    if (outage !== this.down) {
      this.down = outage;
      this.engine.apply(configFromValues(engineSections, outage ? OUTAGE_VALUES : DEMO_VALUES));
    }
    this.due += (perSecond * TICK_MS * (1 + UNREST * (this.random() - 0.5))) / 1000;
    for (; this.due >= 1; this.due--) this.engine.submitWith(this.request(), {}, () => undefined);
    this.timer = this.clock.after(TICK_MS, this.tick, true);
  };

  private request(): PromptRequest {
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(this.random() * items.length)]!;
    const length = this.random() < NEW ? ` in ${Math.floor(this.random() * 1e6)} words` : '';
    return {
      id: this.ids(),
      session: `visitor-${Math.floor(this.random() * 20)}`,
      priority: pick(PRIORITIES),
      messages: [{ role: 'user', content: `${pick(ASKS)} ${pick(SUBJECTS)}${length}?` }],
    };
  }
}
