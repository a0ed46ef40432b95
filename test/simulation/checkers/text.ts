import type { CheckerDefinition } from '../checker.ts';

/** Text that is told is a prefix of what the provider said, all of it on success, and what was streamed is the same. */
export const text: CheckerDefinition = {
  name: 'text',
  watch(scene, fail) {
    const changed = scene.plan.deeds.some((deed) => deed.do === 'hook' && (deed.conduct.shout ?? 0) > 0);
    const plain = (said: string): string => (changed ? said.toLowerCase() : said);
    return {
      told({ request, calls }, { status, text }) {
        const call = calls.at(-1);
        const said = plain(call?.said ?? '');
        if (!said.startsWith(plain(text))) fail(`${request.id} was told "${text}", but the provider said "${said}"`);
        if (status !== 'completed') return;
        if (call === undefined) return fail(`${request.id} was answered by nobody`);
        if (plain(text) !== plain(call.saidByEnd ?? '')) fail(`${request.id} was told "${text}" of "${said}"`);
      },
      atRest() {
        for (const { request, told, streamed, job } of scene.sent) {
          if (told === null) continue;
          if (job?.text !== told.text) fail(`the answer of ${request.id} was changed after it was told`);
          if (streamed !== null && streamed !== told.text)
            fail(`"${streamed}" was streamed to ${request.id}, and "${told.text}" collected`);
        }
      },
    };
  },
};
