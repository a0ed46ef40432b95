import type { CheckerDefinition } from '../checker.ts';

/** Tokens that the prompts of the simulation come to at the most. */
const LONGEST_PROMPT = 10;

/** Sums of dollars are told as floating-point numbers. */
const ROUNDING_USD = 1e-9;

/**
 * However many requests run side by side, they exceed no cap by more than one of them may take. Asserted where a request
 * takes no more than it was estimated at: its answer is limited, and it is tried once.
 */
export const caps: CheckerDefinition = {
  name: 'caps',
  watch(scene, fail) {
    const { token_budget, stages, providers, resilience } = scene.config;
    const { max_tokens: longest } = stages.inference;
    const honest = scene.plan.fleet.every(({ usage }) => usage.counted === undefined && usage.nonsense === undefined);
    if (longest === undefined || resilience.retry_attempts > 1 || !honest) return {};
    const tokens = longest + LONGEST_PROMPT;
    const { input_per_1k: input = 0, output_per_1k: output = 0 } = providers['alpha'] ?? {};
    const dollars = (LONGEST_PROMPT * input + longest * output) / 1000;
    const { max_tokens_per_period: mostTokens, max_spend_usd: mostDollars = 0 } = token_budget;
    return {
      looked({ admission, spend }) {
        const { budget } = admission ?? {};
        if (budget !== undefined && mostTokens > 0 && budget.used + budget.reserved > mostTokens + tokens) {
          fail(`${budget.used} tokens are used and ${budget.reserved} reserved of ${mostTokens}`);
        }
        if (spend === undefined || mostDollars === 0) return;
        const { total_usd, reserved_usd } = spend;
        if (total_usd + reserved_usd > mostDollars + dollars + ROUNDING_USD) {
          fail(`${total_usd} dollars are spent and ${reserved_usd} reserved of ${mostDollars}`);
        }
      },
    };
  },
};
