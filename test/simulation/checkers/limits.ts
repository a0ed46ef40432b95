import type { Config } from '../../../src/sections.ts';
import type { CheckerDefinition } from '../checker.ts';

/** A provider is asked no more often, and by no more at once, than it is configured for. */
export const limits: CheckerDefinition = {
  name: 'limits',
  watch(scene, fail) {
    let providers: Config['providers'] = {};
    return {
      applied(config) {
        ({ providers } = config);
      },
      called({ provider, startedAt }) {
        const { max_concurrent: most, max_rps: rate } = providers[provider] ?? {};
        if (most === undefined && rate === undefined) return;
        const calls = scene.calls.filter((call) => call.provider === provider);
        const open = scene.counted.filter((call) => call.provider === provider).length;
        if (most !== undefined && open > most) fail(`${open} calls to ${provider} are open, ${most} may`);
        if (rate === undefined) return;
        const lately = calls.filter((call) => call.startedAt > startedAt - 999).length;
        // A tenth of a second's worth may come at once, one at least.
        const may = rate + Math.max(rate / 10, 1) + 1e-6;
        if (lately > may) fail(`${lately} calls to ${provider} within a second, ${may.toFixed(1)} may`);
      },
    };
  },
};
