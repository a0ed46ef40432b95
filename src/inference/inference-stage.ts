import type { Step } from '../core/attempt.ts';
import type { Clock } from '../core/clock.ts';
import { type Bus, createBus } from '../core/events.ts';
import type { Job } from '../core/job.ts';
import { NotingClock } from '../core/noting-clock.ts';
import { type Random, systemRandom } from '../core/random.ts';
import type { Parameters } from '../core/request.ts';
import type { Provider } from '../providers/provider.ts';
import type { ReuseEvents } from '../reuse/events.ts';
import { Reuse } from '../reuse/reuse.ts';
import { ReuseRecord } from '../reuse/reuse-record.ts';
import type { ReuseSettings } from '../reuse/settings.ts';
import { createFleet, type Fleet, type FleetSettings, type FleetSurroundings } from './fleet.ts';
import { overdue } from './layers/overdue.ts';

export interface InferenceSettings extends FleetSettings {
  /** Parameters of requests that do not set their own. */
  readonly defaults: Parameters;
  /** Null or absent: every request is a call. */
  readonly reuse?: ReuseSettings | null;
}

export interface InferenceSurroundings extends Omit<FleetSurroundings, 'clock' | 'random'> {
  readonly clock: Clock;
  /** Spreads retries; the platform's unless given. */
  readonly random?: Random;
  readonly events?: Pick<Bus<ReuseEvents>, 'emit' | 'heard'>;
}

/** The third stage: an answer that is there, or one from a provider. */
export interface Inference {
  readonly step: Step<Job>;
  /** The same without a call: false when the job needs one, or would be answered where there is no `room` to go on. */
  readonly withoutCall: (job: Job, room: boolean) => false | void | Promise<void>;
  /** Null when nothing is reused. */
  readonly reuse: Reuse | null;
  readonly reuseRecord: ReuseRecord;
  readonly fleet: Fleet;
}

export function createInference(
  providers: readonly Provider[],
  settings: InferenceSettings,
  surroundings: InferenceSurroundings,
  earlier?: Inference,
): Inference {
  const { defaults } = settings;
  const { events = createBus<ReuseEvents>(), random = systemRandom } = surroundings;
  const clock = NotingClock.of(surroundings.clock);
  const fleet = createFleet(providers, settings, { ...surroundings, clock, random }, earlier?.fleet);
  const { ask } = fleet;
  const reuseRecord = earlier?.reuseRecord ?? new ReuseRecord();
  earlier?.reuse?.close();
  const immediate = !fleet.routed && providers[0]?.immediate === true;
  const reuse = settings.reuse
    ? new Reuse(settings.reuse, { clock, events, ask, record: reuseRecord, immediate })
    : null;
  const answer = reuse?.step ?? ask;
  const withDefaults = (job: Job): void => {
    job.parameters = { ...defaults, ...job.parameters };
  };
  const hasDefaults = Object.keys(defaults).length > 0;

  // A hook before this stage may have taken longer than there was time.
  const late = (job: Job): boolean => job.trace !== null && overdue(job, clock);
  const step = hasDefaults
    ? (job: Job): void | Promise<void> => {
        if (late(job)) return undefined;
        withDefaults(job);
        return answer(job);
      }
    : (job: Job): void | Promise<void> => (late(job) ? undefined : answer(job));
  const withoutCall = (job: Job, room: boolean): false | void | Promise<void> => {
    if (reuse === null) return false;
    if (hasDefaults) withDefaults(job);
    return reuse.withoutCall(job, room);
  };
  return { step, withoutCall, fleet, reuse, reuseRecord };
}
