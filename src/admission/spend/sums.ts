import type { Clock } from '../../core/clock.ts';
import { type Picodollars, toDollars } from '../../core/money.ts';

const HISTORY_S = 60;
/** Models that are told apart; a request can name any. */
const MOST_MODELS = 200;
const OTHERS = 'others';

/** What was spent by provider and by model, and in each of the last 60 seconds. */
export class Sums {
  private readonly clock: Clock;
  private readonly providers = new Map<string, Picodollars>();
  private readonly models = new Map<string, Picodollars>();
  private readonly seconds = new Array<Picodollars>(HISTORY_S).fill(0n);
  private newest = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.newest = this.second();
  }

  add(provider: string, model: string, cost: Picodollars): void {
    addTo(this.providers, provider, cost);
    addTo(this.models, this.models.has(model) || this.models.size < MOST_MODELS ? model : OTHERS, cost);
    this.advance();
    this.seconds[this.newest % HISTORY_S]! += cost;
  }

  /** US dollars of one provider. */
  ofProvider(name: string): number {
    return toDollars(this.providers.get(name) ?? 0n);
  }

  read(): {
    readonly by_provider: Readonly<Record<string, number>>;
    readonly by_model: Readonly<Record<string, number>>;
    readonly history: readonly number[];
  } {
    this.advance();
    const history = Array.from({ length: HISTORY_S }, (_, i) => this.seconds[(this.newest + 1 + i) % HISTORY_S]!);
    return { by_provider: dollars(this.providers), by_model: dollars(this.models), history: history.map(toDollars) };
  }

  private second(): number {
    return Math.max(Math.floor(this.clock.now() / 1000), 0);
  }

  private advance(): void {
    const now = this.second();
    for (let step = Math.max(this.newest + 1, now - HISTORY_S + 1); step <= now; step++) {
      this.seconds[step % HISTORY_S] = 0n;
    }
    this.newest = Math.max(now, this.newest);
  }
}

function addTo(sums: Map<string, Picodollars>, name: string, cost: Picodollars): void {
  sums.set(name, (sums.get(name) ?? 0n) + cost);
}

const dollars = (sums: ReadonlyMap<string, Picodollars>): Readonly<Record<string, number>> =>
  Object.fromEntries([...sums].map(([name, cost]) => [name, toDollars(cost)]));
