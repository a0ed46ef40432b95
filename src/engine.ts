import { createAdmission } from './admission/index.ts';
import { priorityClasses } from './admission/priority.ts';
import { reporter } from './admission/report.ts';
import { createLedger } from './admission/spend/stored-ledger.ts';
import { systemClock } from './core/clock.ts';
import { systemEnvironment } from './core/environment.ts';
import { messageOf } from './core/errors.ts';
import { createBus } from './core/events.ts';
import type { Job } from './core/job.ts';
import { NotingClock } from './core/noting-clock.ts';
import { present } from './core/present.ts';
import { systemRandom } from './core/random.ts';
import type { Engine, EngineOptions } from './engine-contract.ts';
import { breakersOf, tellOfBreakers } from './inference/breakers.ts';
import { createInference, type Inference } from './inference/inference-stage.ts';
import { modelAliases } from './inference/model-alias.ts';
import { createPool } from './inference/pool/create-pool.ts';
import { inferenceSettings } from './inference/settings.ts';
import type { EngineEvents } from './pipeline/events.ts';
import { createHandles } from './pipeline/handle.ts';
import { Hooks } from './pipeline/hooks.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { createPlugins } from './pipeline/plugins/index.ts';
import { SessionStreams } from './pipeline/session-streams.ts';
import { INFERENCE, NEEDS_SLOT, passThrough, STAGES, streamStage } from './pipeline/stages.ts';
import { createAssemble } from './prompts/assemble-stage.ts';
import { createRetrieval } from './prompts/retrieval/retrieval.ts';
import { createShaping, type Shaping } from './prompts/text-shaping.ts';
import { chooseProviders } from './providers/index.ts';
import type { Provider } from './providers/provider.ts';
import { DeadLetterOffice } from './schedule/dead-letter-office.ts';
import type { Config } from './sections.ts';
import { RecentLog } from './telemetry/log.ts';
import { Monitor, poolSampleOf } from './telemetry/monitor.ts';
import { createSnapshotSource } from './telemetry/snapshot-source.ts';

export type { Engine, EngineOptions } from './engine-contract.ts';

/** Jobs that may wait inside a stage other than inference at once. */
const STAGE_LIMIT = 16;

/** Puts the parts together: the only place where they meet. Throws when the provider lacks its key or address. */
export function createEngine(config: Config, options: EngineOptions = {}): Engine {
  const { storage, random = systemRandom } = options;
  const clock = new NotingClock(options.clock ?? systemClock);
  const events = createBus<EngineEvents>();
  const log = new RecentLog();
  const hooks = new Hooks();
  const warn = (event: string, fields: Record<string, string | number>): void =>
    log.add({ at: clock.wall(), level: 'warn', event, fields });
  const startedAt = clock.now();

  const environment = options.environment ?? systemEnvironment();
  const providersOf = ({ providers, stages, routing }: Config): readonly Provider[] =>
    options.providers ??
    (options.provider === undefined
      ? chooseProviders(providers, stages.inference.worker, routing.policy === 'single', { clock, random, environment })
      : [options.provider]);
  const onBreakerChange = tellOfBreakers(clock, events, (level, event, fields) =>
    log.add({ at: clock.wall(), level, event, fields }),
  );
  const report = reporter(events, warn, clock);
  const { prices, account } = options;
  const ledger = createLedger({ clock, storage, prices, account, report, heard: events.heard, warn });
  const meterOf: typeof ledger.meter = (provider, seller) => ledger.meter(provider, seller);
  const surroundings = { clock, random, events, onBreakerChange, meterOf };
  const inferenceOf = (asked: readonly Provider[], wanted: Config, earlier?: Inference): Inference =>
    createInference(asked, inferenceSettings(wanted, asked, options), surroundings, earlier);
  const workOf = ({ stages: { assemble } }: Config, { step }: Inference, shaping: Shaping) => [
    retrieval?.step ?? passThrough,
    shaping.prompt((assemble.enabled ? createAssemble(assemble.system) : null) ?? passThrough),
    shaping.answer(step),
    shaping.finish(passThrough),
    streamStage,
  ];
  const admission = createAdmission(config, {
    clock,
    report,
    ledger,
    account: options.account,
    guardMode: options.guardMode ?? 'audit',
    offers: (model) => inference.fleet.offers(model),
  });
  let generation = 0;
  const used = new Set<Provider>();
  let inference = inferenceOf(providersOf(config), config);
  let shaping = createShaping(config.stages);
  const retrieval = createRetrieval(config.stages.rag, {
    cwd: options.cwd,
    directory: options.indexDirectory,
    clock,
    random,
    admits: admission.guard?.admits,
    tell(level, subject, message) {
      log.add({ at: clock.wall(), level, event: 'retrieval', fields: { subject, message } });
      if (level === 'warn') events.emit('retrieval.warned', { message: `${subject} ${message}` });
    },
  });
  let work = workOf(config, inference, shaping);

  const office = new DeadLetterOffice(config.dead_letters, {
    clock,
    storage,
    owner: options.owner,
    stored: options.storedDeadLetters ?? 0,
    submit: (request, submitOptions, done) => void pipeline.submit(request, submitOptions, done),
    onBuried: (letter) => events.emit('pipeline.dead_lettered', { letter }),
    warn,
  });
  let settles = admission.settles();
  const record = (job: Job): void | Promise<unknown> => {
    if (settles) admission.settle(job);
    return job.ended === 'completed' && job.options?.record === undefined ? undefined : office.record(job);
  };

  const monitor = new Monitor(
    clock,
    (job, error) => {
      warn('callback failed', { request: job.id, message: messageOf(error) });
      events.emit('pipeline.callback_failed', { id: job.id, error });
    },
    (how, requests) => warn(`requests ${how}`, { requests }),
    (job) => inference.fleet.decisions.settled(job),
  );
  const pipeline = new Pipeline({
    stages: STAGES.map((name, i) => ({
      step: work[i]!,
      capacity: config.stages[name].channel_capacity,
      limit: name === 'inference' ? config.stages.inference.inference_workers : STAGE_LIMIT,
    })),
    admit: admission.admit,
    clock,
    observer: monitor,
    recorder: record,
  });
  const refit = (): void => {
    pipeline.recordsAll = settles;
    for (const [stage, step] of work.entries()) {
      // Nothing was ever held back that would have to be let out.
      const fitted = hooks.around(stage, step === streamStage && !hooks.held ? passThrough : step);
      pipeline.setStep(stage, stage === 0 ? streams.around(fitted) : fitted);
      // What stands around the work must see every answer: then everybody takes a slot.
      if (stage === INFERENCE) pipeline.withoutSlot = fitted === inference.step ? inference.withoutCall : NEEDS_SLOT;
    }
  };
  const streams = new SessionStreams(pipeline, refit);
  const plugins = createPlugins(config.plugins, options.plugins, {
    clock,
    hooks,
    refit,
    logLatency: (fields) => log.add({ at: clock.wall(), level: 'info', event: 'latency', fields }),
    onDisabled: (name, reason) => warn('plugin disabled', { plugin: name, reason }),
  });
  const pool = createPool(config.pool, {
    clock,
    sample: () => poolSampleOf(pipeline, monitor),
    resize: (workers) => pipeline.setLimit(INFERENCE, workers),
    onChange(change) {
      log.add({ at: clock.wall(), level: 'info', event: 'pool resized', fields: { ...change } });
      events.emit('inference.pool_resized', change);
    },
  });
  refit();
  monitor.start(pipeline);
  pool?.start();
  const cancel = (job: Job): void => pipeline.cancel(job);
  const handleOf = createHandles(cancel);
  const submit = [priorityClasses(config.tenants), modelAliases(config.routing.aliases)].reduce<typeof pipeline.submit>(
    (next, rewritten) =>
      rewritten === null ? next : (request, submitOptions, done) => next(rewritten(request), submitOptions, done),
    (request, submitOptions, done) => pipeline.submit(request, submitOptions, done),
  );

  const source = createSnapshotSource(
    clock,
    () =>
      [
        monitor.stamp(pipeline),
        log.stamp,
        office.stamp,
        inference.fleet.stamp(),
        pool?.stamp,
        inference.reuseRecord.changes,
        generation,
        retrieval?.stamp,
        shaping.stamp,
        plugins.stamp,
        streams.stamp,
        admission.stamp(),
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
      providers: ledger.priced(inference.fleet.pictures()),
      ...present({ routing: inference.fleet.routing() ?? undefined, pool: pool?.picture() }),
      ...(inference.reuse === null ? {} : { reuse: inference.reuse.picture() }),
      ...present({ admission: admission.read(), spend: admission.spend() }),
      ...present({ transforms: shaping.read(), plugins: plugins.read(), streams: streams.read() }),
      ...(retrieval === null ? {} : { retrieval: retrieval.read() }),
      dead_letters: office.picture(),
      log: log.list(),
    }),
    (thrown) => warn('snapshot listener failed', { message: messageOf(thrown) }),
  );

  return {
    submit: (request, submitOptions) => handleOf(submit(request, submitOptions ?? null, null)),
    submitWith: submit,
    cancel,
    affordable: admission.affordable,
    outage: (request) => inference.fleet.outage(request?.model),
    hook(position, hook) {
      const remove = hooks.add(position, hook);
      refit();
      return () => {
        remove();
        refit();
      };
    },
    breakers: breakersOf(() => inference.fleet.candidates, clock),
    plugins,
    stream: (session, tenant) => streams.follow(session, tenant),
    events,
    deadLetters: office.ring,
    flushCache: () => inference.reuse?.flush() ?? 0,
    replayDeadLetters: (selection) => office.replay.replay(selection),
    explain: (id) => inference.fleet.decisions.explain(id),
    provider: () => inference.fleet.usual(),
    deadLettersCounted: (total) => office.counted(total),
    sessionBudgets: admission.sessionBudgets,
    requests: () => monitor.requests.read(pipeline),
    snapshot: source.snapshot,
    subscribe: source.subscribe,
    reset() {
      monitor.reset(pipeline);
      for (const { record: known } of inference.fleet.candidates) known.reset();
      generation++;
    },
    apply(changed) {
      // Requests in flight end with the provider they began with.
      for (const { provider } of inference.fleet.candidates) used.add(provider);
      const reshaped = createShaping(changed.stages, shaping);
      inference = inferenceOf(providersOf(changed), changed, inference);
      shaping = reshaped;
      work = workOf(changed, inference, shaping);
      settles = admission.settles();
      office.set(changed.dead_letters);
      generation++;
      refit();
    },
    async drain(graceMs) {
      office.replay.stop();
      await pipeline.drain(graceMs);
      streams.close();
      monitor.stop();
      await retrieval?.close();
      pool?.stop();
      for (const { provider } of inference.fleet.candidates) used.add(provider);
      for (const provider of used) provider.close?.();
    },
  };
}
