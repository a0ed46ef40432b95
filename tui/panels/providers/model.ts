import type { ProviderPicture } from '../../../src/inference/provider-record.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

export interface ProviderRow
  extends Pick<ProviderPicture, 'calls' | 'ok' | 'p50_ms' | 'p95_ms' | 'tokens_per_s' | 'in_flight'> {
  readonly name: string;
  readonly model: string;
  readonly failed: number;
  /** The error it made most often. */
  readonly mostly: string | null;
}

/** What each provider has done, in the order of the snapshot; null while there is none. */
export function providersModel({ providers }: Snapshot): readonly ProviderRow[] | null {
  const rows = Object.entries(providers).map(([name, picture]) => {
    const { model, calls, ok, p50_ms, p95_ms, tokens_per_s, in_flight } = picture;
    const errors = Object.entries(picture.errors).toSorted(([, a], [, b]) => b - a);
    const failed = errors.reduce((sum, [, times]) => sum + times, 0);
    return {
      ...{ name, model, calls, ok, p50_ms, p95_ms, tokens_per_s, in_flight, failed },
      mostly: errors[0]?.[0] ?? null,
    };
  });
  return rows.length === 0 ? null : rows;
}
