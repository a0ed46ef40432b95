import type { RouterDefinition } from '../router.ts';

/** The one that `stages.inference.worker` chooses, or a request names; nobody stands in for it. */
export const single: RouterDefinition = {
  name: 'single',
  summary: 'one provider answers, the first that fits `stages.inference.worker`',
  create: ({ decisions, candidates }) => ({
    route(call, eligible) {
      const candidate = eligible[0]!;
      decisions.chose(call, {
        candidates:
          eligible.length < candidates.length
            ? [{ name: candidate.provider.name, verdict: 'chosen', reason: 'the request names it' }]
            : candidates.map((one) => ({
                name: one.provider.name,
                verdict: one === candidate ? ('chosen' as const) : ('passed_over' as const),
                reason: one === candidate ? 'it answers what names no other' : 'policy = "single"',
              })),
      });
      return candidate.ask(call);
    },
  }),
};
