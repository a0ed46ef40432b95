import { configFromValues } from '../../../src/config/from-values.ts';
import { OrchestratorError } from '../../../src/core/errors.ts';
import { createEngine } from '../../../src/engine.ts';
import { engineSections } from '../../../src/sections.ts';
import type { Storage } from '../../../src/storage/contract.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { prompt, scriptedProvider } from '../../support/scripted-provider.ts';

export interface AilingOptions {
  readonly automatic?: boolean;
  readonly maxDeaths?: number;
  readonly maxAgeS?: number;
  readonly capacity?: number;
  /** Further sections of the configuration. */
  readonly sections?: Readonly<Record<string, unknown>>;
  readonly storage?: Storage;
}

/** An engine whose provider is down until the test says otherwise, and answers at once. */
export function ailing(options: AilingOptions = {}) {
  const { automatic = true, maxDeaths = 5, maxAgeS = 3600, capacity = 100, sections = {}, storage } = options;
  const clock = new ManualClock();
  const provider = scriptedProvider();
  const asked: string[] = [];
  const streamed: boolean[] = [];
  let down = true;
  provider.atOnce((attempt) => {
    asked.push(`${attempt.id}@${clock.now() / 1000}`);
    streamed.push(attempt.streams);
    if (down) attempt.error = new OrchestratorError('provider_unavailable', 'down');
    else attempt.emit('at last');
  });
  const resilience = { retry_attempts: 1, circuit_breaker_threshold: 0 };
  const config = (auto_replay: boolean) => {
    const dead_letters = { auto_replay, max_deaths: maxDeaths, max_age_s: maxAgeS, capacity };
    return configFromValues(engineSections, { dead_letters, resilience, ...sections });
  };
  const engine = createEngine(config(automatic), {
    clock,
    provider,
    ...(storage === undefined ? {} : { storage, owner: 'own-1' }),
  });
  return {
    engine,
    asked,
    /** Whether each of them was asked for as a stream. */
    streamed,
    recover: () => {
      down = false;
    },
    /** From now on letters are sent again by themselves. */
    automate: () => engine.apply(config(true)),
    die: async (id: string, fields = {}) => void (await engine.submit(prompt(id, fields))),
    /** Lets time pass, and whatever that leads to happen. */
    async pass(seconds: number) {
      clock.advance(seconds * 1000);
      for (let turn = 0; turn < 50; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.turn();
      }
      // The snapshot is renewed at most ten times a second.
      clock.advance(100);
    },
    picture: () => engine.snapshot().dead_letters,
    dead: () => engine.deadLetters.list().map(({ request }) => request.id),
    warned: () => engine.snapshot().log.filter(({ level }) => level === 'warn'),
  };
}
