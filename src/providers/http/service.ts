import type { Clock } from '../../core/clock.ts';
import type { Endpoint } from './base-url.ts';
import type { Lookup } from './connector.ts';
import type { Dialect } from './dialect.ts';
import type { Limits } from './limits.ts';
import type { Complainer } from './upstream-error.ts';

/** A provider's side of every exchange. */
export interface Service {
  readonly who: Complainer;
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
  /** Sent to the endpoint and to nothing else. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly limits: Limits;
  /** Streams are asked for also where nobody reads an answer before its end. */
  readonly alwaysStream: boolean;
  readonly clock: Clock;
  readonly lookup: Lookup;
}
