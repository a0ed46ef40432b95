import { DEAD_LETTER_REASONS, type DeadLetter, type DeadLetterReason } from '../../../src/core/dead-letter.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import type { CheckerDefinition } from '../checker.ts';

/** What could not be answered is in the dead letters, once and whole; what was taken back or refused is not. */
export const deadLetters: CheckerDefinition = {
  name: 'dead letters',
  watch(scene, fail) {
    const lettersOf = new Map<string, DeadLetter[]>();
    const reasons: Record<DeadLetterReason, number> = { shed: 0, expired: 0, failed: 0, interrupted: 0 };
    return {
      buried(letter) {
        reasons[letter.reason]++;
        const { id } = letter.request;
        lettersOf.set(id, [...(lettersOf.get(id) ?? []), letter]);
      },
      told({ request, hops }, outcome) {
        const letters = lettersOf.get(request.id) ?? [];
        const expected = reasonOf(outcome);
        if (letters.length !== (expected === null ? 0 : 1)) {
          return fail(`${request.id} is ${outcome.status} and left ${letters.length} dead letters`);
        }
        const [letter] = letters;
        if (letter === undefined) return;
        if (expected !== 'any' && letter.reason !== expected) {
          fail(`the letter of ${request.id} says ${letter.reason} instead of ${expected}`);
        }
        if (letter.request !== request) fail(`the letter of ${request.id} does not hold the request as it was sent`);
        if (letter.hops !== hops) fail(`the letter of ${request.id} says ${letter.hops} hops instead of ${hops}`);
        if (letter.attempts !== outcome.attempts) fail(`the letter of ${request.id} miscounts its attempts`);
      },
      looked({ dead_letters: { by_reason, depth, capacity } }) {
        for (const reason of DEAD_LETTER_REASONS) {
          if (by_reason[reason] !== reasons[reason]) {
            fail(`${by_reason[reason]} dead letters are counted as ${reason}; there were ${reasons[reason]}`);
          }
        }
        // What is sent again leaves the ring: that is checked with the replays.
        if (!scene.replays && depth !== Math.min(capacity, scene.letters.length))
          fail(`${depth} of ${scene.letters.length} are kept`);
      },
      atRest() {
        if (scene.replays) return;
        const kept = scene.engine.deadLetters.list();
        const latest = kept.length === 0 ? [] : scene.letters.slice(-kept.length);
        if (kept.some((letter, i) => letter !== latest[i])) fail('the ring does not hold the latest letters in order');
      },
    };
  },
};

/** `any`: its outcome could not be written down, and it may have been on its way to the dead letters before that. */
function reasonOf({ status, error }: Outcome): DeadLetterReason | 'any' | null {
  if (error?.code === 'storage_failed') return 'any';
  if (status === 'failed') return error?.code === 'interrupted' ? 'interrupted' : 'failed';
  return status === 'shed' || status === 'expired' ? status : null;
}
