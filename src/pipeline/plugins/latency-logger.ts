import type { Clock } from '../../core/clock.ts';
import type { PromptRequest } from '../../core/request.ts';
import { Histogram } from '../../primitives/histogram.ts';
import type { Plugin } from './plugin.ts';

/** Logs how long each answered request took from its first stage to its last, and keeps the distribution. */
export function latencyLogger(clock: Clock, log: (fields: { request: string; ms: number }) => void): Plugin {
  // A request that fails never comes to the last stage; nothing is kept of it.
  const begun = new WeakMap<PromptRequest, number>();
  const latency = new Histogram();
  let samples = 0;
  return {
    name: 'latency_logger',
    hooks: {
      'before:rag': ({ request }) => void begun.set(request, clock.now()),
      'after:stream': ({ request }) => {
        const startedAt = begun.get(request);
        if (startedAt === undefined) return;
        const ms = clock.now() - startedAt;
        samples++;
        latency.record(ms);
        log({ request: request.id, ms: Math.round(ms * 1000) / 1000 });
      },
    },
    numbers: () => ({ samples, p50_ms: latency.quantile(0.5), p95_ms: latency.quantile(0.95) }),
  };
}
