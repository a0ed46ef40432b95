import type { BreakerPicture } from './layers/breaker/circuit-breaker.ts';

/** A breaker that changed, as it is now. */
export interface BreakerChange extends BreakerPicture {
  readonly provider: string;
}

export interface InferenceEvents {
  'inference.breaker_opened': BreakerChange;
  'inference.breaker_half_opened': BreakerChange;
  'inference.breaker_closed': BreakerChange;
}
