import { letterKey } from '../../../src/schedule/replay-store.ts';
import type { CheckerDefinition } from '../checker.ts';

/**
 * No effect without its record, where the store remembers: a letter is claimed before it is sent again, a caller is told
 * of a loss once it is in the store, and in the end the store holds what was not answered, and nothing else.
 */
export const journal: CheckerDefinition = {
  name: 'journal',
  watch(scene, fail) {
    const { database } = scene;
    if (database === null) return {};
    const rows = (sql: string, ...params: string[]) => database.all({ sql, params });
    const lettersOf = (id: string) => rows('SELECT hops FROM dead_letters WHERE request_id = ?', id);
    /** Requests whose latest end could not be written down. */
    const unwritten = new Set<string>();
    return {
      called({ sent }) {
        // Only the first call for a letter: one that others share may go on when the letter is settled.
        if (sent.nr >= 0 || sent.calls.length > 1) return;
        const [claim] = rows('SELECT state FROM replay_records WHERE key = ?', letterKey(sent.request));
        if (claim?.['state'] !== 'open') fail(`${sent.request.id} is sent again, and its claim is ${claim?.['state']}`);
      },
      told({ request }, { status, error }) {
        if (error?.code === 'storage_failed') return void unwritten.add(request.id);
        if (status !== 'shed' && status !== 'expired' && status !== 'failed') return;
        if (lettersOf(request.id).length !== 1) fail(`${request.id} is ${status}, and the store has no letter of it`);
      },
      atRest({ dead_letters: { replay } }) {
        const answered = rows("SELECT request_id FROM replay_records WHERE state = 'answered'");
        if (answered.length !== replay.succeeded) {
          fail(`${replay.succeeded} letters were answered, and the journal knows of ${answered.length}`);
        }
        // What could not be written is in the ring alone, and what it replaces is still in the store.
        if (scene.plan.store!.failing > 0) return;
        const done = new Set(answered.map((row) => row['request_id']));
        for (const [id, { letter }] of scene.deaths) {
          const kept = lettersOf(id);
          const wanted = done.has(id) ? 0 : 1;
          if (kept.length !== wanted) fail(`the store has ${kept.length} letters of ${id} instead of ${wanted}`);
          if (wanted === 1 && kept[0]!['hops'] !== letter.hops) fail(`the store has an old letter of ${id}`);
        }
      },
    };
  },
};
