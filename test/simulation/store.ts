import type { Clock } from '../../src/core/clock.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Storage } from '../../src/storage/contract.ts';
import { Database, IN_MEMORY } from '../../src/storage/database.ts';
import { runGroup } from '../../src/storage/group-commit.ts';
import type { Job, JobResult } from '../../src/storage/jobs.ts';
import type { Dice } from './dice.ts';
import type { Plan } from './plan.ts';
import type { Trace } from './trace.ts';

/** A store, and what is really in it. */
export interface SimulatedStore {
  readonly storage: Storage;
  /** Null when the plan has it forget everything. */
  readonly database: Database | null;
}

/** A store that takes its time and fails now and then, as planned; with a database behind it where the plan wants one. */
export function simulatedStore(
  plan: NonNullable<Plan['store']>,
  clock: Clock,
  dice: Dice,
  trace: Trace,
): SimulatedStore {
  const database = plan.remembers === true ? Database.open(IN_MEMORY) : null;
  let pending = 0;
  let writes = 0;
  let failures = 0;
  /** Calls take effect in the order in which they were made. */
  let readyAt = 0;

  const later = (run: () => void): void => {
    pending++;
    readyAt = Math.max(readyAt, clock.now() + dice.duration(plan.ms));
    clock.after(readyAt - clock.now(), () => {
      pending--;
      run();
    });
  };

  const storage: Storage = {
    location: 'simulation',
    durable: true,
    get stats() {
      return { pending, commits: writes, writes, failures };
    },
    write(statements) {
      return new Promise((resolve, reject) => {
        later(() => {
          if (dice.chance(plan.failing)) {
            failures++;
            trace.note('store.failed');
            reject(new OrchestratorError('storage_failed', 'The disk is full.'));
            return;
          }
          writes++;
          trace.note('store.wrote', statements.length);
          if (database === null) return resolve(statements.map(() => ({ changes: 1, lastId: writes })));
          const result = ask(database, { kind: 'write', statements });
          if (result.kind === 'written') resolve(result.results);
        });
      });
    },
    append: (row) => storage.write([row]).then(() => undefined),
    read<Row>(statement: Parameters<Storage['read']>[0]) {
      if (database === null) return Promise.resolve<Row[]>([]);
      return new Promise<readonly Row[]>((resolve) => {
        later(() => {
          const result = ask(database, { kind: 'read', statement });
          if (result.kind === 'rows') resolve(result.rows as readonly Row[]);
        });
      });
    },
    close: () => Promise.resolve(),
  };
  return { storage, database };
}

/** The plan says when a store fails: whatever else goes wrong in it is a bug. */
function ask(database: Database, job: Job): JobResult {
  const result = runGroup(database, [job]).results[0]!;
  if (result.kind === 'refused') throw new Error(`the store refuses: ${JSON.stringify(result.fault)}`);
  return result;
}
