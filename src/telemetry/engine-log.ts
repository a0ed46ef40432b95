import type { Bus } from '../core/events.ts';
import type { EngineEvents } from '../pipeline/events.ts';
import type { Logger } from './logger.ts';
import type { Snapshot } from './snapshot.ts';

/** What the log listens to. */
interface Spoken {
  readonly events: Pick<Bus<EngineEvents>, 'on'>;
  snapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
}

/**
 * Writes what an engine says into a log: the noteworthy events that the snapshot shows, and each dead letter, by the
 * request's id and never by its text. The returned function ends that.
 */
export function logEngine(engine: Spoken, logger: Logger): () => void {
  let last = engine.snapshot().log.at(-1);
  const forward = (): void => {
    const { log } = engine.snapshot();
    for (const entry of log.slice(last === undefined ? 0 : log.lastIndexOf(last) + 1)) {
      logger[entry.level](entry.fields, entry.event);
    }
    last = log.at(-1);
  };
  const unsubscribe = engine.subscribe(forward);
  const off = engine.events.on('pipeline.dead_lettered', ({ letter: { request, reason, error, attempts } }) => {
    // Under overload there are thousands of them in a second.
    const level = reason === 'shed' ? 'debug' : 'warn';
    logger[level]({ request_id: request.id, reason, code: error?.code, attempts }, 'dead letter');
  });
  return () => {
    forward();
    unsubscribe();
    off();
  };
}
