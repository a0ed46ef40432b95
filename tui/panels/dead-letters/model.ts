import { DEAD_LETTER_REASONS, type DeadLetterReason } from '../../../src/core/dead-letter.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

export interface DeadLettersModel {
  /** In memory, of so many that fit there. */
  readonly depth: number;
  readonly capacity: number;
  /** On disk too, where there is a lasting store. */
  readonly stored: number;
  /** Since the start; reasons that never came are left out. */
  readonly reasons: readonly { readonly reason: DeadLetterReason; readonly times: number }[];
}

export function deadLettersModel({ dead_letters: { depth, capacity, stored, by_reason } }: Snapshot): DeadLettersModel {
  const reasons = DEAD_LETTER_REASONS.map((reason) => ({ reason, times: by_reason[reason] }));
  return { depth, capacity, stored, reasons: reasons.filter(({ times }) => times > 0) };
}
