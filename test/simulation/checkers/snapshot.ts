import type { Snapshot } from '../../../src/telemetry/snapshot.ts';
import type { CheckerDefinition } from '../checker.ts';

/** A new snapshot comes no sooner than this after the one before, and ten come in a second; one more where one was late. */
const LEAST_MS = 50;
const MOST_A_SECOND = 11;
const SECOND_MS = 1000;

/** The numbers that everybody shows agree with each other, with the providers, and never run backwards. */
export const snapshot: CheckerDefinition = {
  name: 'snapshot',
  watch(scene, fail) {
    const times: number[] = [];
    let earlier: { readonly snapshot: Snapshot; readonly at: number } | null = null;
    const check = (now: Snapshot): void => {
      for (const [name, { calls, ok, errors, in_flight, p50_ms, p95_ms }] of Object.entries(now.providers)) {
        const known = scene.calls.filter(({ provider }) => provider === name).length;
        if (calls !== known) fail(`${calls} calls to ${name}, which knows of ${known}`);
        const ended = Object.values(errors).reduce((sum, count) => sum + count, ok);
        if (ended + in_flight > calls) fail(`${ended} calls to ${name} ended, ${in_flight} are open, of ${calls}`);
        if (p50_ms > p95_ms) fail(`the median of ${name} is above its 95th percentile`);
      }
      for (const [name, { p50_ms, p95_ms, p99_ms }] of [['all', now.latency] as const, ...Object.entries(now.stages)]) {
        if (!(p50_ms >= 0 && p50_ms <= p95_ms && p95_ms <= p99_ms)) fail(`the quantiles of ${name} are out of order`);
      }
      for (const rate of Object.values(now.rates)) if (!(rate >= 0)) fail(`a rate is ${rate}`);
    };
    return {
      looked(now) {
        const at = scene.clock.now();
        check(now);
        if (now.at !== scene.clock.wall()) fail('the time of the snapshot is not the calendar');
        if (earlier !== null) {
          const { snapshot } = earlier;
          if (at - earlier.at < LEAST_MS) fail(`two snapshots within ${(at - earlier.at).toFixed(1)} ms`);
          const since = times.push(at) > MOST_A_SECOND ? at - times.shift()! : SECOND_MS;
          if (since < SECOND_MS) fail(`${MOST_A_SECOND + 1} snapshots within ${since.toFixed(1)} ms`);
          if (now.uptime_ms < snapshot.uptime_ms) fail('the uptime runs backwards');
          for (const [name, stage] of Object.entries(now.stages)) {
            if (stage.done < snapshot.stages[name as keyof Snapshot['stages']].done) fail(`${name} undoes its work`);
          }
        }
        earlier = { snapshot: now, at };
      },
      atRest: check,
    };
  },
};
