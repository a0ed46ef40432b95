import type { SpendPicture } from '../../../src/admission/spend/ledger.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

/** What was spent; null when nobody is paid and nothing is limited. */
export function spendModel({ spend }: Snapshot): SpendPicture | null {
  return spend ?? null;
}
