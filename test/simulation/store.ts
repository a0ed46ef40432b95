import type { Clock } from '../../src/core/clock.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Storage } from '../../src/storage/contract.ts';
import type { Dice } from './dice.ts';
import type { Plan } from './plan.ts';
import type { Trace } from './trace.ts';

/** A store that takes its time and fails now and then, as planned. */
export function simulatedStore(plan: NonNullable<Plan['store']>, clock: Clock, dice: Dice, trace: Trace): Storage {
  let pending = 0;
  let writes = 0;
  let failures = 0;
  return {
    location: 'simulation',
    durable: true,
    get stats() {
      return { pending, commits: writes, writes, failures };
    },
    write(statements) {
      pending++;
      return new Promise((resolve, reject) => {
        clock.after(dice.duration(plan.ms), () => {
          pending--;
          if (dice.chance(plan.failing)) {
            failures++;
            trace.note('store.failed');
            reject(new OrchestratorError('storage_failed', 'The disk is full.'));
            return;
          }
          writes++;
          trace.note('store.wrote', statements.length);
          resolve(statements.map(() => ({ changes: 1, lastId: writes })));
        });
      });
    },
    read: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}
