import type { Clock } from './core/clock.ts';
import { systemClock } from './core/clock.ts';
import type { DeadLetter } from './core/dead-letter.ts';
import { type Environment, systemEnvironment } from './core/environment.ts';
import { messageOf, toOrchestratorError } from './core/errors.ts';
import { type Bus, createBus } from './core/events.ts';
import type { Job, SubmitOptions } from './core/job.ts';
import type { Outcome } from './core/outcome.ts';
import { present } from './core/present.ts';
import { type Random, systemRandom } from './core/random.ts';
import type { PromptRequest } from './core/request.ts';
import type { Statement } from './core/statement.ts';
import { createInference, type Inference } from './inference/inference-stage.ts';
import { DeadLetterRing, deadLetterOf, failedLetter } from './pipeline/dead-letters.ts';
import type { EngineEvents } from './pipeline/events.ts';
import { createHandles, type Handle } from './pipeline/handle.ts';
import { type Hook, type HookPosition, Hooks } from './pipeline/hooks.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { passThrough, STAGES, streamStage } from './pipeline/stages.ts';
import { createAssemble } from './prompts/assemble-stage.ts';
import { createRetrieval } from './prompts/retrieval/retrieval.ts';
import { chooseProvider } from './providers/index.ts';
import type { Provider } from './providers/provider.ts';
import {
  DeadLetterReplay,
  type DeadLetterReplaySettings,
  type LetterSelection,
} from './schedule/dead-letter-replay.ts';
import { ReplayStore } from './schedule/replay-store.ts';
import type { Config } from './sections.ts';
import type { Storage } from './storage/contract.ts';
import { deadLetterInsert } from './storage/dead-letters.ts';
import { RecentLog } from './telemetry/log.ts';
import { Monitor } from './telemetry/monitor.ts';
import type { Snapshot } from './telemetry/snapshot.ts';
import { createSnapshotSource } from './telemetry/snapshot-source.ts';

/** Jobs that may wait inside a stage other than inference at once. */
const STAGE_LIMIT = 16;

export interface EngineOptions {
  /** Where dead letters and outcomes go; without one they are kept in memory only. */
  readonly storage?: Storage;
  /** This process's name in the storage; what it has in hand is nobody else's. Without it nothing is claimed there. */
  readonly owner?: string;
  /** Dead letters that the storage already holds. */
  readonly storedDeadLetters?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Where keys and addresses of providers come from; the process environment unless given. */
  readonly environment?: Environment;
  /** Where the relative globs of `stages.rag.sources` start; the process's working directory unless given. */
  readonly cwd?: string;
  /** Directory in which the index of those files is kept between runs; without one it is kept in memory. */
  readonly indexDirectory?: string;
  /** The node's name in snapshots. */
  readonly node?: string;
  /** Takes the place of the configured provider: for tests and programs that bring their own. */
  readonly provider?: Provider;
}

/** The running engine. */
export interface Engine {
  /** Takes a request; await the handle for the outcome or iterate over it for the text. */
  submit(request: PromptRequest, options?: SubmitOptions): Handle;
  /** The cheapest way in: `done` is called exactly once, before this returns when nothing has to wait. */
  submitWith(request: PromptRequest, options: SubmitOptions | null, done: (outcome: Outcome) => void): Job;
  cancel(job: Job): void;
  /** Puts a hook before or after a stage; the returned function takes it out again. */
  hook(position: HookPosition, hook: Hook): () => void;
  readonly events: Pick<Bus<EngineEvents>, 'on'>;
  readonly deadLetters: DeadLetterRing;
  /** Sends dead letters of the ring again, at once; returns how many. */
  replayDeadLetters(selection?: LetterSelection): number;
  /** So many dead letters have left the store by other hands than the engine's. */
  deadLettersRemoved(count: number): void;
  /** Who answers the next request. */
  provider(): Pick<Provider, 'name' | 'kind' | 'model'>;
  /** The picture of the engine now: the same object until something changed, at most ten a second. */
  snapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
  /**
   * Takes over a changed configuration, from the next request on: system prompt, model, parameters, time-out and
   * providers. Everything else stays as it was. Throws `config_invalid`, and then nothing has changed.
   */
  apply(config: Config): void;
  /** Takes nothing new, waits for what is in flight, and interrupts what is left after `graceMs` milliseconds. */
  drain(graceMs: number): Promise<void>;
}

/** Puts the parts together: the only place where they meet. Throws when the provider lacks its key or address. */
export function createEngine(config: Config, options: EngineOptions = {}): Engine {
  const { storage, clock = systemClock, random = systemRandom } = options;
  const events = createBus<EngineEvents>();
  const log = new RecentLog();
  const deadLetters = new DeadLetterRing(config.dead_letters.capacity);
  const hooks = new Hooks();
  const startedAt = clock.now();
  let stored = options.storedDeadLetters ?? 0;

  const environment = options.environment ?? systemEnvironment();
  const providerOf = ({ providers, stages }: Config): Provider =>
    options.provider ?? chooseProvider(providers, stages.inference.worker, { clock, random, environment });
  const inferenceOf = ({ stages: { inference: settings } }: Config, asked: Provider, earlier?: Inference): Inference =>
    createInference(
      asked,
      {
        timeoutMs: settings.timeout_ms,
        defaults: present({ max_tokens: settings.max_tokens, temperature: settings.temperature }),
        model: settings.model,
      },
      clock,
      earlier?.provider.name === asked.name && earlier.provider.kind === asked.kind ? earlier.record : undefined,
    );
  const workOf = ({ stages: { assemble } }: Config, { step }: Inference) => [
    retrieval?.step ?? passThrough,
    (assemble.enabled ? createAssemble(assemble.system) : null) ?? passThrough,
    step,
    passThrough,
    streamStage,
  ];
  let live = config;
  let generation = 0;
  const used = new Set<Provider>();
  let inference = inferenceOf(config, providerOf(config));
  const retrieval = createRetrieval(config.stages.rag, {
    cwd: options.cwd,
    directory: options.indexDirectory,
    clock,
    random,
    tell(level, subject, message) {
      log.add({ at: clock.wall(), level, event: 'retrieval', fields: { subject, message } });
      if (level === 'warn') events.emit('retrieval.warned', { message: `${subject} ${message}` });
    },
  });
  let work = workOf(config, inference);

  const warn = (event: string, fields: Record<string, string | number>): void =>
    log.add({ at: clock.wall(), level: 'warn', event, fields });

  const bury = (letter: DeadLetter): void => {
    deadLetters.push(letter);
    replay.dead(letter);
    events.emit('pipeline.dead_lettered', { letter });
  };

  const record = (job: Job): void | Promise<unknown> =>
    job.ended === 'completed' && job.options === null ? undefined : writeDown(job);

  /** Writes a settled request down: dead letter to ring and store, and whatever its surface wants with it. */
  const writeDown = (job: Job): void | Promise<unknown> => {
    const letter = deadLetterOf(job, clock);
    const write = job.options?.record;
    const along: Statement[] = [];
    if (letter !== null) {
      if (storage?.durable === true) along.push(deadLetterInsert(letter));
      bury(letter);
    }
    if (write === undefined && along.length === 0) return undefined;
    // An async function, so that one that throws has rejected.
    const written = write === undefined ? storage!.write(along) : (async () => write(job, along))();
    return written.then(
      () => {
        stored += along.length;
      },
      (thrown) => {
        const error = toOrchestratorError(thrown, 'storage_failed');
        warn('storage failed', { request: job.id, message: error.message });
        // It fails after all, and so leaves a letter: in memory, as the store does not take it.
        if (letter === null) bury(failedLetter(job, error, clock));
        throw error;
      },
    );
  };

  const monitor = new Monitor(clock, (job, error) => {
    warn('callback failed', { request: job.id, message: messageOf(error) });
    events.emit('pipeline.callback_failed', { id: job.id, error });
  });
  const pipeline = new Pipeline({
    stages: STAGES.map((name, i) => ({
      step: work[i]!,
      capacity: config.stages[name].channel_capacity,
      limit: name === 'inference' ? config.stages.inference.inference_workers : STAGE_LIMIT,
    })),
    clock,
    observer: monitor,
    recorder: record,
  });
  monitor.start(pipeline);

  const replay = new DeadLetterReplay(
    {
      clock,
      ring: deadLetters,
      submit: (request, submitOptions, done) => void pipeline.submit(request, submitOptions, done),
      store:
        storage?.durable === true && options.owner !== undefined
          ? { replays: new ReplayStore(clock, storage), owner: options.owner }
          : null,
      onRemoved: (letters) => {
        stored -= letters;
      },
      onFault: (request, message) => warn('replay failed', { request: request.id, message }),
    },
    replaySettings(config),
  );

  const refit = (): void => {
    for (const [stage, step] of work.entries()) pipeline.setStep(stage, hooks.around(stage, step));
  };
  const cancel = (job: Job): void => pipeline.cancel(job);
  const handleOf = createHandles(cancel);

  const source = createSnapshotSource(
    clock,
    () =>
      [
        monitor.stamp(pipeline),
        log.stamp,
        stored,
        deadLetters.total,
        replay.stamp,
        inference.record.calls,
        generation,
        retrieval?.stamp,
      ].join(' '),
    () => ({
      at: clock.wall(),
      name: config.pipeline.name,
      version: config.pipeline.version,
      node: options.node ?? 'local',
      state: pipeline.state,
      uptime_ms: Math.round(clock.now() - startedAt),
      totals: pipeline.counters.read(),
      rates: monitor.rates(),
      stages: monitor.stages(pipeline),
      latency: monitor.overall(),
      throughput: monitor.throughput(),
      providers: providersPicture(inference, live),
      ...(retrieval === null ? {} : { retrieval: retrieval.read() }),
      dead_letters: {
        depth: deadLetters.depth,
        capacity: deadLetters.capacity,
        stored: storage?.durable === true ? stored : deadLetters.depth,
        by_reason: { ...deadLetters.byReason },
        replay: replay.picture(),
      },
      log: log.list(),
    }),
    (thrown) => warn('snapshot listener failed', { message: messageOf(thrown) }),
  );

  return {
    submit: (request, submitOptions) => handleOf(pipeline.submit(request, submitOptions ?? null, null)),
    submitWith: (request, submitOptions, done) => pipeline.submit(request, submitOptions, done),
    cancel,
    hook(position, hook) {
      const remove = hooks.add(position, hook);
      refit();
      return () => {
        remove();
        refit();
      };
    },
    events,
    deadLetters,
    replayDeadLetters: (selection) => replay.replay(selection),
    deadLettersRemoved(count) {
      stored -= count;
    },
    provider() {
      const { name, kind, model } = inference.provider;
      return { name, kind, model: live.stages.inference.model ?? model };
    },
    snapshot: source.snapshot,
    subscribe: source.subscribe,
    apply(changed) {
      // Requests in flight end with the provider they began with.
      used.add(inference.provider);
      inference = inferenceOf(changed, providerOf(changed), inference);
      work = workOf(changed, inference);
      live = changed;
      replay.set(replaySettings(changed));
      generation++;
      refit();
    },
    async drain(graceMs) {
      replay.stop();
      await pipeline.drain(graceMs);
      monitor.stop();
      await retrieval?.close();
      for (const provider of used.add(inference.provider)) provider.close?.();
    },
  };
}

const replaySettings = ({ dead_letters }: Config): DeadLetterReplaySettings => ({
  automatic: dead_letters.auto_replay,
  maxDeaths: dead_letters.max_deaths,
  maxAgeMs: dead_letters.max_age_s * 1000,
});

function providersPicture({ provider, record }: Inference, { stages }: Config): Snapshot['providers'] {
  return { [provider.name]: record.read(provider.kind, stages.inference.model ?? provider.model) };
}
