import type { Clock } from '../../src/core/clock.ts';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { encodeDeadLetter } from '../../src/core/dead-letter-record.ts';
import { Letters } from '../../src/server/letters.ts';
import { DeadLetterStore } from '../../src/storage/dead-letters.ts';
import { type Letter, LIVE, type Source } from '../../tui/source.ts';
import type { Host } from '../shared/host.ts';
import { Lists } from './lists.ts';
import { MOST_LETTERS, nameOf, sentAgain, tripped } from './words.ts';

/** A list is made anew so often at the most, milliseconds: nobody reads it faster, and a screen full of it is drawn. */
const FRESH_MS = 250;

/**
 * The engine in this process, as the dashboard sees it.
 * @param label where others see it, too
 */
export function embeddedSource(
  { engine, store }: Pick<Host, 'engine' | 'store'>,
  clock: Clock,
  label = 'embedded',
): Source {
  const letters = new Letters(engine, store === null ? null : new DeadLetterStore(store.storage));
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const lists = new Lists({
    clock,
    freshMs: FRESH_MS,
    snapshot: engine.snapshot,
    requests: () => engine.requests(),
    story: (id) => engine.explain(id),
    async letters() {
      const [list, { total }] = await Promise.all([letters.list({ limit: MOST_LETTERS }), letters.count()]);
      return { total, letters: list.map((letter) => ({ id: letter.id, ...encodeDeadLetter(letter) })) };
    },
    tell,
    // The store tells of its own troubles in the log.
    onFault: () => undefined,
  });
  let unsubscribe: (() => void) | null = null;
  return {
    label,
    snapshot: engine.snapshot,
    details: () => lists.details,
    link: () => LIVE,
    subscribe(listener) {
      // An entry of its own, so that the same listener may come twice.
      const entry = (): void => listener();
      listeners.add(entry);
      unsubscribe ??= engine.subscribe(() => {
        lists.look();
        tell();
      });
      return () => {
        listeners.delete(entry);
        if (listeners.size > 0) return;
        lists.stop();
        unsubscribe?.();
        unsubscribe = null;
      };
    },
    watch: (topic, request = null) => lists.watch(topic, request),
    async reset() {
      engine.reset();
      return 'counters start anew';
    },
    async replay(meant) {
      const chosen = meant === null ? await letters.oldest(MOST_LETTERS) : meant.map((letter) => known(letter, engine));
      const { total } = await letters.count();
      return sentAgain(engine.replayDeadLetters({ letters: chosen }), meant === null ? total : meant.length);
    },
    async purge(meant) {
      let removed = 0;
      if (meant === null) removed = await letters.purge();
      else for (const letter of meant) removed += await letters.remove(nameOf(letter));
      lists.refresh();
      return `${removed} removed for good`;
    },
    async breaker(provider, deed) {
      engine.breakers[deed](provider);
      return tripped(provider, deed);
    },
  };
}

/** The engine's own copy of a letter, where it has one: it must not be sent twice. */
function known(
  { request, reason, error, attempts, hops, dropped_at }: Letter,
  { deadLetters }: Host['engine'],
): DeadLetter {
  const at = Math.round(dropped_at * 1000);
  const kept = deadLetters.list().find((other) => other.request.id === request.id && other.at === at);
  return kept ?? { request, reason, error: error ?? null, attempts, hops, at };
}
