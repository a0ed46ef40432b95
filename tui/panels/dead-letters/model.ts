import { DEAD_LETTER_REASONS, type DeadLetterReason } from '../../../src/core/dead-letter.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

export interface DeadLettersModel {
  /** In memory, of so many that fit there. */
  readonly depth: number;
  readonly capacity: number;
  /** On disk too, where there is a lasting store. */
  readonly stored: number;
  /** Since the start; reasons that never came are left out. */
  /** That were sent again and answered, and those that wait for it or are on their way. */
  readonly replayed: number;
  readonly replaying: number;
  readonly reasons: readonly { readonly reason: DeadLetterReason; readonly times: number }[];
}

export function deadLettersModel({ dead_letters }: Snapshot): DeadLettersModel {
  const { depth, capacity, stored, by_reason, replay } = dead_letters;
  const reasons = DEAD_LETTER_REASONS.map((reason) => ({ reason, times: by_reason[reason] }));
  return {
    ...{ depth, capacity, stored },
    replayed: replay.succeeded,
    replaying: replay.scheduled + replay.in_flight,
    reasons: reasons.filter(({ times }) => times > 0),
  };
}
