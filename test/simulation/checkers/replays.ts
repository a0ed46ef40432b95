import type { DeadLetter } from '../../../src/core/dead-letter.ts';
import type { CheckerDefinition } from '../checker.ts';

/** Times are told in whole milliseconds here and there. */
const ROUNDING_MS = 1e-6;

/** Dead letters are sent again when their time has come, not for ever, and are in the ring until something comes of that. */
export const replays: CheckerDefinition = {
  name: 'replays',
  watch(scene, fail) {
    if (!scene.replays) return {};
    const { dead_letters: settings } = scene.config;
    const latest = new Map<string, { readonly letter: DeadLetter; readonly againAt: number }>();
    /** Somebody sends them again, too: however often they have died, and also those that were left. */
    const byHand = scene.plan.deeds.some((deed) => deed.do === 'replay');
    const limited = settings.auto_replay && !byHand;
    return {
      buried(letter) {
        const { id } = letter.request;
        const at = scene.clock.now();
        const before = latest.get(id);
        if (before !== undefined) {
          if (letter.hops !== before.letter.hops + 1) fail(`${id} has ${letter.hops} hops after ${before.letter.hops}`);
          if (at < before.againAt - ROUNDING_MS) fail(`${id} has died again before its time`);
        }
        if (limited && letter.hops + 1 > settings.max_deaths) fail(`${id} has died ${letter.hops + 1} times`);
        latest.set(id, scene.deaths.get(id)!);
      },
      called({ sent, startedAt }) {
        const { request, sentAt, hops } = sent;
        if (startedAt < sentAt - ROUNDING_MS) fail(`${request.id} is sent again ${sentAt - startedAt} ms too early`);
        if (limited && hops >= settings.max_deaths) fail(`${request.id} is sent for the ${hops + 1}th time`);
      },
      looked({ dead_letters: { capacity, replay }, state }, _exact, quiet) {
        if (replay.scheduled > capacity) fail(`${replay.scheduled} letters wait to be sent again, ${capacity} may`);
        if (!quiet || state !== 'running') return;
        const { scheduled, in_flight, succeeded, failed, left } = replay;
        const seen = scheduled + in_flight + succeeded + failed + left;
        if (limited && scene.database === null && seen !== scene.letters.length)
          fail(`${scene.letters.length} letters, and something became of ${seen}`);
        // Of those that are due at one and the same time one comes after the other.
        const now = scene.clock.now();
        const dueAt = [...scene.deaths.values()].map(({ againAt }) => againAt).filter(Number.isFinite);
        const most = dueAt.filter((due) => due >= now).length;
        const least = dueAt.filter((due) => due > now).length;
        if (scheduled > most) fail(`${scheduled} letters wait to be sent again instead of ${most}`);
        // As many as the ring holds may wait.
        if (scheduled < Math.min(least, capacity) && scene.letters.length <= capacity) {
          fail(`${scheduled} letters wait to be sent again instead of ${least}`);
        }
        const kept = scene.engine.deadLetters.list();
        const old = kept.find((letter) => latest.get(letter.request.id)!.letter !== letter);
        // The new one is there as soon as it is being written, and the old one until it is.
        const settled = scene.database === null || replay.in_flight === 0;
        if (settled && old !== undefined) fail(`a letter of ${old.request.id} is kept that is not its latest`);
      },
      atRest({ dead_letters: { depth, capacity, replay } }) {
        const unanswered = latest.size - replay.succeeded;
        if (scene.letters.length <= capacity && depth !== unanswered) {
          fail(`${depth} letters are kept, ${unanswered} requests have no answer`);
        }
        if (replay.scheduled + replay.in_flight > 0) fail('a drained engine has letters in hand');
      },
    };
  },
};
