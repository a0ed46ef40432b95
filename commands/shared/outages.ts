import type { Clock } from '../../src/core/clock.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Engine } from '../../src/engine.ts';
import type { BreakerChange } from '../../src/inference/events.ts';
import type { Outage } from '../../src/inference/routers/patience.ts';
import { localTime } from './local-time.ts';
import type { StopSignal } from './stop-signal.ts';

/** Milliseconds between two looks whether it is over, at the most. */
const LOOK_MS = 1000;

/** Holds back what would only wait, or fail, while no provider can be asked; and tells people what is waited for. */
export class Outages {
  private readonly target: { outage(request?: PromptRequest): Outage | null };
  private readonly clock: Clock;
  private readonly stop: Pick<StopSignal, 'signalled' | 'pause'>;
  private readonly tell: (text: string) => void;
  /** The provider that people were told is waited for. */
  private told: string | null = null;

  constructor(target: Outages['target'], clock: Clock, stop: Outages['stop'], tell: (text: string) => void) {
    this.target = target;
    this.clock = clock;
    this.stop = stop;
    this.tell = tell;
  }

  /** Tells of outages as they come, also while nothing is held back. */
  watch(events: Engine['events']): void {
    events.on('inference.breaker_opened', (change) => this.opened(change));
    events.on('inference.breaker_closed', ({ provider }) => {
      if (provider !== this.told) return;
      this.told = null;
      this.tell(`provider ${provider} answers again`);
    });
  }

  /** Resolves when this request can be sent, or waiting is no use any more; whether it had to wait. */
  async over(request: PromptRequest): Promise<boolean> {
    let waited = false;
    for (;;) {
      const outage = this.stop.signalled === null ? this.target.outage(request) : null;
      if (outage === null) return waited;
      waited = true;
      if (this.told === null) this.tellOf(outage);
      await this.stop.pause(Math.min(outage.next_try_ms ?? LOOK_MS, LOOK_MS));
    }
  }

  private opened({ provider, failed_rounds }: BreakerChange): void {
    const outage = this.target.outage();
    if (outage !== null) return this.tellOf(outage);
    if (provider !== this.told) return;
    this.told = null;
    this.tell(
      `provider ${provider} stays away after ${failed_rounds} rounds of probes: what is sent fails until it answers again`,
    );
  }

  private tellOf({ provider, next_try_ms, gives_up_ms }: Outage): void {
    this.told = provider;
    const until = localTime(this.clock.wall() + gives_up_ms);
    const next = next_try_ms === null ? 'it is being probed' : `tried again in ${Math.ceil(next_try_ms / 1000)} s`;
    this.tell(`no provider can be asked; waiting for ${provider}: ${next}, given up at ${until} at the latest`);
  }
}
