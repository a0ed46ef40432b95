import { PRIORITIES } from '../../../src/core/priority.ts';
import { INFERENCE } from '../../../src/pipeline/stages.ts';
import type { CheckerDefinition } from '../checker.ts';
import type { Sent } from '../scene.ts';

/** Waiting so long lifts a request by one level. */
const AGEING_MS = 5000;

const levelOf = ({ request }: Sent): number => PRIORITIES.indexOf(request.priority ?? 'normal');

/**
 * First come, first served within a priority; between priorities the one with the earliest `arrival + level × 5 s`.
 * Asserted where a request is first sent: nobody who goes before it may be left waiting.
 */
export const order: CheckerDefinition = {
  name: 'order',
  watch(scene, fail) {
    // Hooks that wait let others pass; then only those who wait in one and the same queue can be compared. Between that
    // queue and the call a hook may wait as well: nobody can tell from a call when its request had its turn.
    const waits = scene.plan.deeds.filter((deed) => deed.do === 'hook' && (deed.conduct.wait ?? 0) > 0);
    if (waits.some((deed) => deed.do === 'hook' && deed.position === 'before:inference')) return {};
    // Neither can they where a provider lets only so many through: who has had its turn waits there, in line.
    if (scene.plan.config['providers'] !== undefined) return {};
    const mayPass = waits.length > 0;
    return {
      called({ sent: next }) {
        if (next.calls.length > 1) return;
        const level = levelOf(next);
        // It came to the queue when it was sent, or later.
        const dueAtTheEarliest = next.sentAt + level * AGEING_MS;
        for (const other of scene.waiting) {
          const { job } = other;
          if (other === next || job === null || job.ended !== null || job.queuedSince === null) continue;
          const theirs = levelOf(other);
          if (!mayPass && job.stage <= INFERENCE && other.nr < next.nr && theirs <= level) {
            fail(`${next.request.id} was sent before ${other.request.id}, which had come first`);
          }
          if (job.stage === INFERENCE && job.queuedSince + theirs * AGEING_MS < dueAtTheEarliest) {
            fail(`${next.request.id} was sent before ${other.request.id}, which is more urgent`);
          }
        }
      },
    };
  },
};
