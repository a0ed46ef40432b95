import type { CheckerDefinition } from '../checker.ts';

/** Policies that choose among several, one at a time. */
const ONE_AT_A_TIME: ReadonlySet<string> = new Set(['cascade', 'round_robin', 'least_loaded', 'weighted']);

/** Nobody asks the same provider again while there is another that has done nothing wrong. */
export const failovers: CheckerDefinition = {
  name: 'failovers',
  watch(scene, fail) {
    if (!ONE_AT_A_TIME.has(scene.config.routing.policy)) return {};
    const faulty = new Set<string>();
    return {
      ended({ provider, error, aborted }) {
        if (error !== null || aborted) faulty.add(provider);
      },
      called({ sent, provider }) {
        const { request, calls } = sent;
        if (calls.at(-2)?.provider !== provider) return;
        const asked = new Set(calls.map((call) => call.provider));
        const other = scene.plan.fleet.find(({ name }) => !asked.has(name) && !faulty.has(name));
        if (other !== undefined) fail(`${request.id} is sent to ${provider} again, and ${other.name} was never asked`);
      },
    };
  },
};
