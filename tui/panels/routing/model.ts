import type { RoutingPicture } from '../../../src/inference/fleet.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';
import type { Look } from '../../panel.ts';

export interface RoutingModel extends Pick<RoutingPicture, 'policy' | 'routed' | 'failovers' | 'unserved' | 'waited'> {
  /** The provider that is waited for, and when it is tried again: milliseconds, null while it is being probed. */
  readonly waitsFor: { readonly provider: string; readonly nextTryMs: number | null } | null;
}

/** How requests found their provider; null while there is nothing to choose and nobody to wait for. */
export function routingModel({ routing }: Snapshot, { sinceMs }: Pick<Look, 'sinceMs'>): RoutingModel | null {
  if (routing === undefined) return null;
  const { policy, routed, failovers, unserved, waited, outage } = routing;
  const nextTryMs = outage?.next_try_ms ?? null;
  return {
    ...{ policy, routed, failovers, unserved, waited },
    waitsFor:
      outage === undefined
        ? null
        : { provider: outage.provider, nextTryMs: nextTryMs === null ? null : Math.max(nextTryMs - sinceMs, 0) },
  };
}
