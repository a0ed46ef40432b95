import type { BreakerPicture } from './layers/breaker/circuit-breaker.ts';
import type { PoolChange } from './pool/pool.ts';

/** A breaker that changed, as it is now. */
export interface BreakerChange extends BreakerPicture {
  readonly provider: string;
}

export interface InferenceEvents {
  /** The number of workers of the inference stage has changed. */
  'inference.pool_resized': PoolChange;
  'inference.breaker_opened': BreakerChange;
  'inference.breaker_half_opened': BreakerChange;
  'inference.breaker_closed': BreakerChange;
}
