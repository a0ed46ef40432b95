import type { Clock } from '../../../src/core/clock.ts';
import { OrchestratorError } from '../../../src/core/errors.ts';
import type { Storage } from '../../../src/storage/contract.ts';
import type { Database } from '../../../src/storage/database.ts';
import { runGroup } from '../../../src/storage/group-commit.ts';
import type { Job } from '../../../src/storage/jobs.ts';
import type { Dice } from '../dice.ts';

const LONGEST_MS = 20;

/** One process: whatever it does outside of itself is a step, and before or after one of them it is killed. */
export class MortalProcess {
  dead = false;
  private readonly clock: Clock;
  private readonly dice: Dice;
  private stepsLeft: number;
  /** Steps with one party take effect in the order in which they were made. */
  private readonly readyAt = new Map<string, number>();

  /** @param steps it lives for so many; infinite: it is not killed */
  constructor(clock: Clock, dice: Dice, steps: number) {
    this.clock = clock;
    this.dice = dice;
    this.stepsLeft = steps;
  }

  /** Does something elsewhere, and hears what came of it if it lives so long. */
  step<Result>(party: string, effect: () => Result, inOrder = true): Promise<Result> {
    return new Promise((resolve) => {
      const at = this.clock.now() + this.dice.random() * LONGEST_MS;
      const dueAt = inOrder ? Math.max(at, this.readyAt.get(party) ?? 0) : at;
      this.readyAt.set(party, dueAt);
      this.clock.after(dueAt - this.clock.now(), () => {
        if (this.dead) return;
        const last = --this.stepsLeft <= 0;
        // Killed on the way there: nothing happens.
        if (last && this.dice.chance(0.5)) this.dead = true;
        if (this.dead) return;
        const result = effect();
        // Killed on the way back: it has happened, and nobody heard of it.
        if (last) this.dead = true;
        else resolve(result);
      });
    });
  }

  /** A store in this database, as this process sees it. */
  storage(database: Database): Storage {
    const ask = (job: Job) =>
      this.step('store', () => {
        const result = runGroup(database, [job]).results[0]!;
        if (result.kind !== 'refused') return result;
        throw new OrchestratorError('storage_failed', JSON.stringify(result.fault));
      });
    return {
      location: 'simulation',
      durable: true,
      stats: { pending: 0, commits: 0, writes: 0, failures: 0 },
      async write(statements) {
        const result = await ask({ kind: 'write', statements });
        return result.kind === 'written' ? result.results : [];
      },
      async append({ sql, params = [] }) {
        await ask({ kind: 'append', sql, params, rows: 1 });
      },
      async read<Row>(statement: Parameters<Storage['read']>[0]) {
        const result = await ask({ kind: 'read', statement });
        return (result.kind === 'rows' ? result.rows : []) as readonly Row[];
      },
      close: () => Promise.resolve(),
    };
  }
}
