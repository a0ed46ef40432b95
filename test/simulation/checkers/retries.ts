import type { ErrorCode } from '../../../src/core/errors.ts';
import type { CheckerDefinition } from '../checker.ts';

/** Errors that the same provider may be asked again after. */
const WORTH_IT: readonly (ErrorCode | null)[] = [
  'provider_unavailable',
  'provider_failed',
  'provider_rate_limited',
  'provider_overloaded',
  'provider_incomplete',
];

/** Sums of times are off by less. */
const ROUNDING_MS = 1e-6;

/** A provider that asks for more is not waited for any longer, milliseconds. */
const LONGEST_MS = 60_000;

/** Tried again only when it is worth it, not before the provider's time, never after the first token, and not for ever. */
export const retries: CheckerDefinition = {
  name: 'retries',
  watch(scene, fail) {
    const { policy } = scene.config.routing;
    // There several are asked at once, and the one who is heard wins.
    if (policy === 'hedge' || policy === 'tournament') return {};
    let most = 0;
    return {
      applied({ resilience }) {
        // Requests on their way keep to what was there when they began.
        most = Math.max(most, resilience.retry_attempts);
      },
      called({ sent, startedAt, provider }) {
        const { request, calls } = sent;
        const before = calls.at(-2);
        if (before === undefined) return;
        if (calls.length > most) fail(`${request.id} is tried for the ${calls.length}th time, ${most} were allowed`);
        if (before.heard !== '') fail(`${request.id} is tried again after its first token`);
        if (before.givenUp) return;
        if (before.endedAt === null) return fail(`${request.id} is tried again while it is tried`);
        // Another provider is worth a try whenever this one is not at fault for the request, and at once.
        if (before.provider !== provider) return;
        if (!WORTH_IT.includes(before.error)) fail(`${request.id} is tried again after ${before.error ?? 'an answer'}`);
        const waited = startedAt - before.endedAt;
        if (waited < Math.min(before.retryAfterMs, LONGEST_MS) - ROUNDING_MS) {
          fail(`${request.id} is tried again after ${waited.toFixed(1)} ms of ${before.retryAfterMs.toFixed(1)}`);
        }
      },
    };
  },
};
