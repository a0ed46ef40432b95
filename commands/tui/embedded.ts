import type { Clock, Timer } from '../../src/core/clock.ts';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { encodeDeadLetter } from '../../src/core/dead-letter-record.ts';
import type { Engine } from '../../src/engine.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { type Details, type Letter, LIVE, NO_DETAILS, type Source, type Topic } from '../../tui/source.ts';

/** Of the dead letters so many are listed. */
const MOST_LETTERS = 1000;
/** A list is made anew so often at the most, milliseconds: nobody reads it faster, and a screen full of it is drawn. */
const FRESH_MS = 250;

/** The engine in this process, as the dashboard sees it. */
export function embeddedSource(engine: Engine, clock: Clock): Source {
  const listeners = new Set<() => void>();
  const lists = new Lists(engine, clock, () => {
    for (const listener of [...listeners]) listener();
  });
  const meant = (letters: readonly Letter[] | null): readonly DeadLetter[] => {
    const kept = engine.deadLetters.list();
    if (letters === null) return kept;
    const wanted = new Set(letters.map(({ request_id, dropped_at }) => `${request_id}@${dropped_at}`));
    return kept.filter(({ request, at }) => wanted.has(`${request.id}@${at / 1000}`));
  };
  return {
    label: 'embedded',
    snapshot: engine.snapshot,
    details: () => lists.details,
    link: () => LIVE,
    subscribe(listener) {
      if (listeners.size === 0) lists.start();
      // An entry of its own, so that the same listener may come twice.
      const entry = (): void => listener();
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0) lists.stop();
      };
    },
    watch: (topic) => lists.watch(topic),
    async reset() {
      engine.reset();
      return 'counters start anew';
    },
    async replay(letters) {
      const sent =
        letters === null
          ? engine.replayDeadLetters()
          : meant(letters).reduce((sum, { request }) => sum + engine.replayDeadLetters({ requestId: request.id }), 0);
      lists.refresh();
      return `${sent} sent again`;
    },
    async purge(letters) {
      const gone = meant(letters);
      for (const letter of gone) engine.deadLetters.remove(letter);
      lists.refresh();
      return `${gone.length} removed for good`;
    },
    async breaker(provider, deed) {
      engine.breakers[deed](provider);
      return `the breaker of ${provider} is ${deed === 'trip' ? 'open until it is reset' : 'closed'}`;
    },
  };
}

/** The list that is looked at, made anew when the engine has changed. */
class Lists {
  details: Details = NO_DETAILS;
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly tell: () => void;
  private topic: Topic | null = null;
  private seen: Snapshot | null = null;
  private madeAt = 0;
  private timer: Timer | null = null;
  private unsubscribe: (() => void) | null = null;

  constructor(engine: Engine, clock: Clock, tell: () => void) {
    this.engine = engine;
    this.clock = clock;
    this.tell = tell;
  }

  start(): void {
    this.unsubscribe = this.engine.subscribe(() => {
      if (this.topic !== null && this.engine.snapshot() !== this.seen) this.renew();
      this.tell();
    });
  }

  stop(): void {
    this.unsubscribe?.();
    this.timer?.cancel();
    this.timer = null;
  }

  watch(topic: Topic | null): void {
    if (this.topic === topic) return;
    this.topic = topic;
    this.refresh();
  }

  /** Makes it now, and tells. */
  refresh(): void {
    this.make();
    this.tell();
  }

  private renew(): void {
    const rest = this.madeAt + FRESH_MS - this.clock.now();
    if (rest <= 0) this.make();
    // The last change before the engine rests must not be missed.
    else
      this.timer ??= this.clock.after(rest, () => {
        this.timer = null;
        this.refresh();
      });
  }

  private make(): void {
    const { engine, topic } = this;
    this.seen = engine.snapshot();
    this.madeAt = this.clock.now();
    if (topic === 'requests') this.details = { ...NO_DETAILS, requests: engine.requests() };
    else this.details = topic === null ? NO_DETAILS : { ...NO_DETAILS, letters: lettersOf(engine) };
  }
}

function lettersOf(engine: Engine): Details['letters'] {
  const kept = engine.deadLetters.list();
  const newest = kept.map((letter, at) => ({ id: at + 1, ...encodeDeadLetter(letter) })).slice(-MOST_LETTERS);
  return { total: kept.length, letters: newest.reverse() };
}
