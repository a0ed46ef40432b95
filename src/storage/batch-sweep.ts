import type { Storage } from './contract.ts';

/** Finished batches that are remembered. */
const KEPT_FINISHED = 100;
/** Lines removed in one write: other writes get their turn in between. */
const SWEEP_LINES = 5_000;

const REMOVE_LINES = `DELETE FROM batch_lines WHERE (batch, line) IN (
  SELECT batch, line FROM batches JOIN batch_lines ON batch = id WHERE finished_at IS NOT NULL LIMIT ${SWEEP_LINES})`;

const REMOVE_BATCHES = `DELETE FROM batches WHERE finished_at IS NOT NULL AND id NOT IN (
  SELECT id FROM batches WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT ${KEPT_FINISHED})`;

/**
 * Removes the lines of finished batches, and all but the newest finished batches. Also what an earlier sweep left when
 * its process was killed: a batch is done once it is marked, swept or not.
 */
export async function sweepFinished(storage: Storage): Promise<void> {
  for (;;) {
    const [removed] = await storage.write([{ sql: REMOVE_LINES }]);
    if (removed!.changes < SWEEP_LINES) break;
  }
  await storage.write([{ sql: REMOVE_BATCHES }]);
}
