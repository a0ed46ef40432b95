import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { encodeDeadLetter } from '../../src/core/dead-letter-record.ts';
import type { Engine } from '../../src/engine.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { type Details, type Letter, LIVE, NO_DETAILS, type Source, type Topic } from '../../tui/source.ts';

/** Of the dead letters so many are listed. */
const MOST_LETTERS = 1000;

/** The engine in this process, as the dashboard sees it. */
export function embeddedSource(engine: Engine): Source {
  let topic: Topic | null = null;
  let seen: { readonly topic: Topic | null; readonly snapshot: Snapshot; readonly details: Details } | null = null;
  const listeners = new Set<() => void>();
  const details = (): Details => {
    const snapshot = engine.snapshot();
    if (seen?.topic !== topic || seen.snapshot !== snapshot) seen = { topic, snapshot, details: read(engine, topic) };
    return seen.details;
  };
  const meant = (letters: readonly Letter[] | null): readonly DeadLetter[] => {
    const kept = engine.deadLetters.list();
    if (letters === null) return kept;
    const wanted = new Set(letters.map(({ request_id, dropped_at }) => `${request_id}@${dropped_at}`));
    return kept.filter(({ request, at }) => wanted.has(`${request.id}@${at / 1000}`));
  };
  return {
    label: 'embedded',
    snapshot: engine.snapshot,
    details,
    link: () => LIVE,
    subscribe(listener) {
      listeners.add(listener);
      const unsubscribe = engine.subscribe(listener);
      return () => {
        listeners.delete(listener);
        unsubscribe();
      };
    },
    watch(wanted) {
      if (topic === wanted) return;
      topic = wanted;
      for (const listener of [...listeners]) listener();
    },
    async reset() {
      engine.reset();
      return 'counters start anew';
    },
    async replay(letters) {
      const sent =
        letters === null
          ? engine.replayDeadLetters()
          : meant(letters).reduce((sum, { request }) => sum + engine.replayDeadLetters({ requestId: request.id }), 0);
      return `${sent} sent again`;
    },
    async purge(letters) {
      const gone = meant(letters);
      for (const letter of gone) engine.deadLetters.remove(letter);
      return `${gone.length} removed for good`;
    },
    async breaker(provider, deed) {
      engine.breakers[deed](provider);
      return deed === 'trip'
        ? `the breaker of ${provider} is open until it is reset`
        : `the breaker of ${provider} is closed`;
    },
  };
}

function read(engine: Engine, topic: Topic | null): Details {
  if (topic === 'requests') return { ...NO_DETAILS, requests: engine.requests() };
  if (topic !== 'letters') return NO_DETAILS;
  const kept = engine.deadLetters.list();
  const newest = kept.map((letter, at) => ({ id: at + 1, ...encodeDeadLetter(letter) })).slice(-MOST_LETTERS);
  return { ...NO_DETAILS, letters: { total: kept.length, letters: newest.reverse() } };
}
