import type { CheckerDefinition } from '../checker.ts';

/**
 * The books are even: what the outcomes say adds up to the total, nothing stays reserved, and no budget is exceeded by
 * more than what the answers on their way, whose length nobody knew, were longer than their estimates.
 */
export const ledger: CheckerDefinition = {
  name: 'ledger',
  watch(scene, fail) {
    let told = 0n;
    let unknown = 0;
    return {
      told(_sent, { notes }) {
        const cost = notes?.spent?.cost;
        if (cost === null) unknown++;
        else told += cost ?? 0n;
        for (const row of notes?.spent?.rows ?? [])
          if (row.input < 0 || row.output < 0) fail('a row takes tokens back');
      },
      looked({ spend, admission }) {
        const { budget } = admission ?? {};
        if (budget !== undefined && budget.reserved < 0) fail(`${budget.reserved} tokens are reserved`);
        if (spend !== undefined && spend.reserved_usd < 0) fail(`${spend.reserved_usd} dollars are reserved`);
      },
      atRest({ spend, admission }) {
        if (admission?.budget !== undefined && admission.budget.reserved !== 0) {
          fail(`${admission.budget.reserved} tokens are reserved for ever`);
        }
        if (admission?.limits !== undefined && admission.limits.waiting !== 0) {
          fail(`${admission.limits.waiting} requests wait for their turn for ever`);
        }
        if (spend === undefined) return;
        if (spend.reserved_usd !== 0) fail(`${spend.reserved_usd} dollars are reserved for ever`);
        const tellers = scene.sent.every(({ timesTold }) => timesTold === 1);
        const total = Number(told) / 1e12;
        if (tellers && unknown === 0 && total !== spend.total_usd) {
          fail(`outcomes have cost ${total} dollars, the books say ${spend.total_usd}`);
        }
      },
    };
  },
};
