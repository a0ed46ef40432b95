import type { Bus } from '../core/events.ts';
import type { Report } from './admission.ts';
import type { AdmissionEvents } from './events.ts';

/** Tells the bus of everything, and the log of what somebody should look at: all but what was only booked. */
export function reporter(
  events: Pick<Bus<AdmissionEvents>, 'emit'>,
  warn: (event: string, fields: Record<string, string | number>) => void,
): Report {
  return (name, event) => {
    if (name !== 'spend.booked') warn(name, fieldsOf(event));
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
