/**
 * The one typed bus. Event names are `<room>.<past participle>`. Emitting never throws and never waits:
 * a listener that throws is counted and the others still run.
 */
export interface Bus<Events extends object> {
  /** Calls `listener` for every later event of this name; the returned function stops that. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
  /** Whether anybody listens: lets a hot path skip building the event. */
  heard(name: keyof Events): boolean;
  /** Listeners that threw since the start. */
  readonly faults: number;
}

export function createBus<Events extends object>(): Bus<Events> {
  const listeners = new Map<keyof Events, ReadonlyArray<(event: never) => void>>();
  let faults = 0;
  return {
    on(name, listener) {
      // An entry of its own: a function that was added twice is taken off once at a time.
      const entry = (event: never): void => listener(event);
      listeners.set(name, [...(listeners.get(name) ?? []), entry]);
      return () => {
        const rest = (listeners.get(name) ?? []).filter((other) => other !== entry);
        if (rest.length === 0) listeners.delete(name);
        else listeners.set(name, rest);
      };
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(event as never);
        } catch {
          faults++;
        }
      }
    },
    heard: (name) => listeners.has(name),
    get faults() {
      return faults;
    },
  };
}
