import type { Call } from '../../../core/call.ts';
import { estimateMessageTokens } from '../../../core/tokens.ts';
import type { Candidate } from '../../candidate.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { Pick, RouterDefinition } from '../router.ts';
import { Arbitrage, type Offer } from './arbitrage.ts';

/** Tokens of an answer that nobody limits, for the estimate of its cost. */
const TYPICAL_OUTPUT = 256;

export const arbitrage: RouterDefinition = {
  name: 'arbitrage',
  summary: 'the cheapest whose 95th percentile is within `sla_ms`; the fastest when none is',
  create(parts) {
    const { settings, clock } = parts;
    const engine = new Arbitrage<Candidate>();
    const slaMs = settings.slaMs ?? Number.POSITIVE_INFINITY;
    const limit = settings.slaMs === undefined ? '' : ` within ${slaMs} ms`;

    const pick = (ready: readonly Candidate[], call: Call): Pick => {
      const input = estimateMessageTokens(call.messages);
      const output = call.parameters.max_tokens ?? TYPICAL_OUTPUT;
      const offers = ready.map(
        (candidate): Offer<Candidate> => ({
          key: candidate,
          cost: candidate.cost(input, output) ?? Number.POSITIVE_INFINITY,
          priority: candidate.settings.priority ?? 0,
          p95Ms: candidate.record.answers.quantile(0.95),
          busy: candidate.record.inFlight > 0,
        }),
      );
      const { key: candidate, kind } = engine.select(offers, slaMs, clock.now());
      const p95 = Math.round(candidate.record.answers.quantile(0.95));
      if (kind === 'explores') return { candidate, why: 'explored: how fast it is now is not known' };
      if (kind === 'meets') return { candidate, why: `the cheapest${limit} (p95 ${p95} ms)` };
      return { candidate, why: `nobody answers${limit}; the fastest (p95 ${p95} ms)` };
    };
    return {
      route: oneAtATime(parts, pick),
      picture: () => ({ sla_misses: engine.misses, explored: engine.explored }),
    };
  },
};
