import type { Config } from '../../../src/sections.ts';
import type { CheckerDefinition } from '../checker.ts';
import type { Call, Sent } from '../scene.ts';

/** Times are compared where callers and hooks may have kept the thread busy; that comes on top. */
const GRACE_MS = 1;

/** Texts that are the same letter by letter, of one tenant. */
const identical = (a: Sent, b: Sent): boolean =>
  a.question === b.question && a.request.messages[0]!.content === b.request.messages[0]!.content;

/** Identical requests share calls and answers as far as they may, and no further; who waits for another's call holds nothing. */
export const reuse: CheckerDefinition = {
  name: 'reuse',
  watch(scene, fail) {
    let settings: Pick<Config, 'deduplication' | 'cache'>;
    /** The store and the calls in flight begin anew with each configuration. */
    let begunAt = 0;
    let forgottenAt = Number.NEGATIVE_INFINITY;
    const told: Record<string, number> = { cache: 0, coalesced: 0, near_duplicate: 0 };
    const hooked = scene.plan.deeds.some((deed) => deed.do === 'hook' && deed.position.endsWith('inference'));

    const answers = (sent: Sent): Call[] => scene.whoAsk(sent).flatMap(({ calls }) => calls);
    const worked = ({ workedBefore }: Sent): number => scene.worked - workedBefore + GRACE_MS;
    return {
      applied(config) {
        settings = config;
        begunAt = scene.clock.now();
        forgottenAt = begunAt;
      },
      forgotten() {
        forgottenAt = scene.clock.now();
      },
      called(call) {
        if (!settings.deduplication.enabled) return;
        const twin = scene.counted.find(
          (other) =>
            other.sent !== call.sent &&
            // What was asked before has the parameters of then.
            Math.min(other.sent.sentAt, call.sent.sentAt) >= begunAt &&
            !other.aborted &&
            identical(other.sent, call.sent),
        );
        if (twin !== undefined) fail(`${call.sent.request.id} is sent while ${twin.sent.request.id} asks the same`);
      },
      told(sent, { request, status, source, text }) {
        if (source === null || source === 'model') return;
        told[source]!++;
        if (request.no_cache === true) fail(`${request.id} wants an answer of its own, and got one from ${source}`);
        const given = answers(sent).filter(({ error, aborted, saidByEnd }) => {
          return error === null && !aborted && saidByEnd?.toLowerCase() === text.toLowerCase();
        });
        if (given.length === 0) return fail(`${request.id} is ${status} from ${source}, and no call has ended so`);
        const { cache, deduplication } = settings;
        const seconds = cache.default_ttl_s ?? (deduplication.enabled ? deduplication.window_s : 300);
        // Who joins a call that is on its way or has ended since gets what is as new as it can be.
        const keptFrom = sent.sentAt - seconds * 1000 - worked(sent);
        // Somebody who came before the store was emptied may have got the answer before that.
        const from = sent.sentAt > forgottenAt ? Math.max(keptFrom, forgottenAt) : keptFrom;
        if (given.every(({ endedAt }) => endedAt! < from)) fail(`${request.id} got an answer that should be forgotten`);
      },
      looked({ reuse: picture, stages }, _exact, quiet) {
        if (picture === undefined) return;
        for (const count of Object.values(picture)) if (!(count >= 0)) fail(`a count of reused answers is ${count}`);
        if (picture.entries > picture.capacity) fail(`${picture.entries} answers are kept, ${picture.capacity} may`);
        if (!quiet || hooked || begunAt > 0 || scene.clock.turning || !settings.deduplication.enabled) return;
        // A slot belongs to a call in flight, to one that nobody shares, or to one that does not stop.
        const alone = [...scene.waiting].filter(({ request }) => request.no_cache === true).length;
        const leftover = [...scene.openCalls].filter(({ aborted }) => aborted).length;
        const most = picture.calls_in_flight + alone + leftover;
        if (stages.inference.busy > most) fail(`${stages.inference.busy} slots are taken for ${most} calls`);
      },
      atRest({ reuse: picture }) {
        if (picture === undefined) return;
        const { exact_hits, in_flight_joins, dedup_semantic_hits_total: near, followers, calls_in_flight } = picture;
        if (followers !== 0) fail(`${followers} requests follow for ever`);
        if (calls_in_flight !== 0) fail(`${calls_in_flight} shared calls are in flight for ever`);
        // Some were answered and could not go on.
        for (const [source, count] of Object.entries({ cache: exact_hits, coalesced: in_flight_joins })) {
          if (count < told[source]!) fail(`${told[source]} were answered from ${source}, and ${count} are counted`);
        }
        if (near < told['near_duplicate']!) fail(`${told['near_duplicate']} near-duplicates were answered of ${near}`);
      },
    };
  },
};
