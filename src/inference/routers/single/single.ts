import { oneAtATime } from '../one-at-a-time.ts';
import type { RouterDefinition } from '../router.ts';

const WHY = 'it answers what names no other';

/** The one that `stages.inference.worker` chooses, or a request names; nobody stands in for it. */
export const single: RouterDefinition = {
  name: 'single',
  summary: 'one provider answers, the first that fits `stages.inference.worker`',
  create(parts) {
    const { decisions, candidates, patience } = parts;
    const patient = patience.waits ? oneAtATime(parts, ([candidate]) => ({ candidate: candidate!, why: WHY })) : null;
    return {
      route(call, eligible) {
        const candidate = eligible[0]!;
        if (patient !== null) return patient(call, [candidate]);
        decisions.chose(call, {
          candidates:
            eligible.length < candidates.length
              ? [{ name: candidate.provider.name, verdict: 'chosen', reason: 'the request names it' }]
              : candidates.map((one) => ({
                  name: one.provider.name,
                  verdict: one === candidate ? ('chosen' as const) : ('passed_over' as const),
                  reason: one === candidate ? WHY : 'policy = "single"',
                })),
        });
        return candidate.ask(call);
      },
    };
  },
};
