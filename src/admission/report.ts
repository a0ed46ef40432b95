import type { Clock } from '../core/clock.ts';
import type { Bus } from '../core/events.ts';
import type { Report } from './admission.ts';
import type { AdmissionEvents } from './events.ts';

/** A refusal is told in the log once so often, with its details; how many there are is told by the second. */
const QUIET_MS = 1000;

/** Tells the bus of everything, and the log of what somebody should look at: all but what was only booked. */
export function reporter(
  events: Pick<Bus<AdmissionEvents>, 'emit'>,
  warn: (event: string, fields: Record<string, string | number>) => void,
  clock: Pick<Clock, 'now'>,
): Report {
  const toldAt = new Map<string, number>();
  const isDue = (name: string): boolean => {
    const now = clock.now();
    if (now - (toldAt.get(name) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return false;
    toldAt.set(name, now);
    return true;
  };
  return (name, event) => {
    // A model without a price is told of once anyway.
    if (name === 'spend.unpriced' || (name !== 'spend.booked' && isDue(name))) warn(name, fieldsOf(event));
    events.emit(name, event);
  };
}

function fieldsOf(event: object): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(event)) {
    if (value === null) continue;
    fields[key === 'id' ? 'request' : key] = Array.isArray(value) ? value.join(' ') : value;
  }
  return fields;
}
