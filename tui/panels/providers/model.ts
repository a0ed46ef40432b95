import type { ProviderPicture } from '../../../src/inference/provider-record.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';
import type { Look } from '../../panel.ts';

export interface ProviderRow
  extends Pick<ProviderPicture, 'calls' | 'ok' | 'p50_ms' | 'p95_ms' | 'tokens_per_s' | 'in_flight'> {
  readonly name: string;
  readonly model: string;
  readonly failed: number;
  readonly selected: boolean;
  /** Of its breaker; null when it has none. */
  readonly breaker: 'closed' | 'half_open' | 'open' | null;
  /** False while routers pass it over, for failing three times in a row. */
  readonly healthy: boolean;
  /** Of the calls of all providers; null when there is only one. */
  readonly share: number | null;
  /** Milliseconds until an open breaker lets a probe through; null otherwise. */
  readonly probeMs: number | null;
  /** The error it made most often. */
  readonly mostly: string | null;
}

/** What each provider has done, in the order of the snapshot; null while there is none. */
export function providersModel(
  { providers }: Snapshot,
  { sinceMs, provider = null }: Pick<Look, 'sinceMs' | 'provider'>,
): readonly ProviderRow[] | null {
  const rows = Object.entries(providers).map(([name, picture]) => {
    const { model, calls, ok, p50_ms, p95_ms, tokens_per_s, in_flight, breaker } = picture;
    const probeMs = breaker?.next_probe_ms ?? null;
    const errors = Object.entries(picture.errors).toSorted(([, a], [, b]) => b - a);
    const failed = errors.reduce((sum, [, times]) => sum + times, 0);
    return {
      ...{ name, model, calls, ok, p50_ms, p95_ms, tokens_per_s, in_flight, failed, selected: name === provider },
      mostly: errors[0]?.[0] ?? null,
      healthy: picture.health.state === 'healthy',
      share: picture.share ?? null,
      breaker: breaker?.state ?? null,
      probeMs: probeMs === null ? null : Math.max(probeMs - sinceMs, 0),
    };
  });
  return rows.length === 0 ? null : rows;
}
