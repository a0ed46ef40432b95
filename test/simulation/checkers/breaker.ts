import type { Config } from '../../../src/sections.ts';
import type { CheckerDefinition } from '../checker.ts';
import type { Call } from '../scene.ts';

/** What providers know of one breaker. */
interface Known {
  state: 'closed' | 'open' | 'half_open';
  /** When the first probe may come; infinite while it was opened by hand. */
  probeAt: number;
  /** Calls of this stretch of one state. */
  readonly calls: Set<Call>;
  /** Failures of this stretch that nothing good came between. */
  failures: number;
}

/** Times are told in whole milliseconds. */
const ROUNDING_MS = 1;

/** Really not called while it is open; opens after so many failures, lets so many probes through, closes after so many good ones. */
export const breaker: CheckerDefinition = {
  name: 'breaker',
  watch(scene, fail) {
    const breakers = new Map<string, Known>();
    let settings: Config['resilience'];
    const of = (provider: string): Known => {
      let known = breakers.get(provider);
      if (known === undefined) {
        known = { state: 'closed', probeAt: 0, calls: new Set(), failures: 0 };
        breakers.set(provider, known);
      }
      return known;
    };
    return {
      applied(config) {
        settings = config.resilience;
        // A round of probes begins anew, and without a threshold there is no breaker at all.
        for (const known of breakers.values()) {
          known.failures = 0;
          if (settings.circuit_breaker_threshold === 0) known.state = 'closed';
        }
      },
      breakerChanged({ provider, state, next_probe_ms }) {
        const known = of(provider);
        const now = scene.clock.now();
        const { state: before, calls } = known;
        if (!scene.byHand && before === 'open' && state === 'half_open' && now < known.probeAt - ROUNDING_MS) {
          fail(`${provider} is probed ${(known.probeAt - now).toFixed(1)} ms too early`);
        }
        if (!scene.byHand && before !== 'open' && state === 'half_open') fail(`${provider}: ${before} → ${state}`);
        if (!scene.byHand && before !== 'half_open' && state === 'closed') fail(`${provider}: ${before} → ${state}`);
        if (!scene.byHand && before === 'half_open' && state === 'closed') {
          const good = [...calls].filter(
            (call) => call.endedAt !== null && call.error === null && !call.aborted,
          ).length;
          const { circuit_breaker_success_rate: rate, circuit_breaker_probes: probes } = settings;
          if (good < Math.max(rate * probes, 1) - 1e-9) fail(`${provider} is trusted after ${good} good probes`);
        }
        known.state = state;
        known.probeAt = state === 'open' ? now + (next_probe_ms ?? Number.POSITIVE_INFINITY) : 0;
        known.calls.clear();
        known.failures = 0;
      },
      breakerTouched(provider) {
        // What was on its way says nothing any more.
        const known = of(provider);
        known.calls.clear();
        known.failures = 0;
      },
      called(call) {
        const known = of(call.provider);
        known.calls.add(call);
        if (known.state === 'open') fail(`${call.provider} is called although its breaker is open`);
        if (known.state !== 'half_open') return;
        const probing = scene.counted.filter((probe) => known.calls.has(probe)).length;
        const most = settings.circuit_breaker_probes;
        if (probing > most) fail(`${probing} probes of ${call.provider} run at once, ${most} may`);
      },
      ended(call) {
        const known = of(call.provider);
        if (!known.calls.has(call) || call.aborted) return;
        if (call.error === null) known.failures = 0;
        else if (call.error !== 'provider_rate_limited') known.failures++;
      },
      looked({ providers }, _exact, quiet) {
        for (const [name, { breaker: picture }] of Object.entries(providers)) {
          const known = of(name);
          if (picture === undefined) continue;
          if (picture.state !== known.state) fail(`${name} is ${picture.state}, and was told to be ${known.state}`);
          const { circuit_breaker_threshold: threshold } = settings;
          if (quiet && known.state === 'closed' && threshold > 0 && known.failures >= threshold) {
            fail(`${name} has failed ${known.failures} times in a row, and its breaker is closed`);
          }
        }
      },
      told({ request }, { error }) {
        if (error?.code !== 'circuit_open') return;
        const tripped = scene.plan.deeds.some((deed) => deed.do === 'trip');
        if (!tripped && !(error.retryAfterMs! > 0)) fail(`${request.id} is not told when to try again`);
      },
    };
  },
};
