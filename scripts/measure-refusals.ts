// How long the entry takes to refuse a request, by limit: `npx node scripts/measure-refusals.ts` prints microseconds, the
// median of five rounds. The guard has a scenario of its own in `orchestrator bench`.
import { createConfig, createEngine, type PromptRequest } from '../src/index.ts';

const REQUESTS = 20_000;
const ROUNDS = 5;
const PRICED = { paid: { kind: 'echo', input_per_1k: 1, output_per_1k: 1 } };

/** A configuration whose limit is used up by a single request, or before any. */
const LIMITS: Readonly<Record<string, object>> = {
  'token_budget.max_tokens_per_request': { token_budget: { max_tokens_per_request: 1 } },
  'token_budget.max_tokens_per_period': { token_budget: { max_tokens_per_period: 1 } },
  'token_budget.max_tokens_per_session': { token_budget: { max_tokens_per_session: 1 } },
  'token_budget.max_spend_usd': { token_budget: { max_spend_usd: 0.000001 }, providers: PRICED },
  'rate_limits.burst_capacity': { rate_limits: { enabled: true, burst_capacity: 0 } },
  'rate_limits.per_model': { rate_limits: { enabled: true, per_model: { 'echo-1': 0 } } },
  'rate_limits.per_session': { rate_limits: { enabled: true, per_session: 0 } },
};

const request: PromptRequest = {
  id: 'r',
  session: 's',
  model: 'echo-1',
  messages: [{ role: 'user', content: 'What would this cost if it were let in? '.repeat(5) }],
};

for (const [limit, values] of Object.entries(LIMITS)) {
  const engine = createEngine(createConfig({ guard: { enabled: false }, ...values }));
  const rounds = Array.from({ length: ROUNDS }, () => round(engine)).sort((a, b) => a - b);
  process.stdout.write(`${limit.padEnd(38)} ${rounds[ROUNDS >> 1]!.toFixed(2)} µs\n`);
  await engine.drain(0);
}

function round(engine: ReturnType<typeof createEngine>): number {
  const began = performance.now();
  for (let at = 0; at < REQUESTS; at++) {
    engine.submitWith(request, null, ({ status }) => {
      if (status !== 'limited') throw new Error(`it was ${status}`);
    });
  }
  return ((performance.now() - began) * 1000) / REQUESTS;
}
