import type { CheckerDefinition } from '../checker.ts';

/** Text that is told is a prefix of what the provider said, all of it on success, and what was streamed is the same. */
export const text: CheckerDefinition = {
  name: 'text',
  watch(scene, fail) {
    const changed = scene.plan.deeds.some((deed) => deed.do === 'hook' && (deed.conduct.shout ?? 0) > 0);
    const plain = (said: string): string => (changed ? said.toLowerCase() : said);
    return {
      told(sent, { status, text }) {
        const { request } = sent;
        const asking = scene.whoAsk(sent);
        // Where several ask the same, one of their calls has said it.
        const calls =
          asking.length === 1 && scene.plan.fleet.length === 1
            ? sent.calls.slice(-1)
            : asking.flatMap((other) => other.calls);
        const told = plain(text);
        const said = calls.filter((call) => plain(call.said).startsWith(told));
        if (said.length === 0 && told !== '') return fail(`${request.id} was told "${text}", which nobody has said`);
        if (status !== 'completed') return;
        if (calls.length === 0) return fail(`${request.id} was answered by nobody`);
        const whole = said.some((call) => plain(call.saidByEnd ?? '') === told && call.error === null);
        if (!whole) fail(`${request.id} was told "${text}" of "${said.map((call) => call.said).join('", "')}"`);
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
