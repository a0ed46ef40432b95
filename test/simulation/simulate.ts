import { configFromValues } from '../../src/config/from-values.ts';
import { present } from '../../src/core/present.ts';
import { createEngine } from '../../src/engine.ts';
import { type Config, engineSections } from '../../src/sections.ts';
import type { Violation } from './checker.ts';
import { CHECKERS } from './checkers/index.ts';
import { Client } from './client.ts';
import { type DeedSurroundings, schedule } from './deeds.ts';
import { Dice } from './dice.ts';
import { simulatedProvider } from './fleet.ts';
import type { Plan, Scenario } from './plan.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { Scene } from './scene.ts';
import { simulatedStore } from './store.ts';
import { merged } from './values.ts';

export interface Verdict {
  readonly seed: number;
  readonly scenario: string;
  /** Of everything that was observed. */
  readonly hash: string;
  /** What was observed, by kind. */
  readonly counts: ReadonlyMap<string, number>;
  readonly violation: Violation | null;
  /** The latest lines of the trace. */
  readonly tail: readonly string[];
}

export interface SimulationOptions {
  /** Instead of the one that the seed draws. */
  readonly scenario?: Scenario | undefined;
  /** Gets every line of the trace. */
  readonly print?: ((line: string) => void) | undefined;
}

/** Virtual milliseconds after the last deed of the plan within which everybody has to be told. */
const PATIENCE_MS = 4 * 3_600_000;
/** Things that may happen in one simulation; far more than any needs. */
const STEPS = 500_000;

/** Runs the engine through what one seed has in store for it. */
export async function simulate(seed: number, { scenario, print }: SimulationOptions = {}): Promise<Verdict> {
  const dice = new Dice(seed);
  const drawn = draw(dice.fork());
  const chosen = scenario ?? drawn;
  const scene = sceneOf(chosen.plan(dice.fork()), dice, print ?? null);
  const onRejection = (thrown: unknown): void => scene.violated('throws', text(thrown));
  process.on('unhandledRejection', onRejection);
  try {
    await play(scene);
  } finally {
    scene.database?.close();
    process.off('unhandledRejection', onRejection);
  }
  const { trace, violation } = scene;
  const { hash, tail } = trace;
  // A copy: what goes on behind a violation, and ends later, is no part of it.
  return { seed, scenario: chosen.name, hash, counts: new Map(trace.counts), violation, tail };
}

function draw(dice: Dice): Scenario {
  const name = dice.weighted(Object.fromEntries(SCENARIOS.map((one) => [one.name, one.weight])));
  return SCENARIOS.find((one) => one.name === name)!;
}

/** Puts everybody on the stage: the engine as it is, and around it what the plan says. */
function sceneOf(plan: Plan, dice: Dice, print: ((line: string) => void) | null): Scene {
  const config = configOf(plan.config);
  const scene = new Scene(plan, config, print);
  const { clock, trace } = scene;
  const providers = plan.fleet.map((one) => simulatedProvider(one, scene, dice.fork()));
  const store = plan.store === null ? null : simulatedStore(plan.store, clock, dice.fork(), trace);
  scene.database = store?.database ?? null;
  scene.engine = createEngine(config, {
    clock: scene.engineClock,
    random: dice.fork().random,
    environment: {},
    providers,
    ...(store === null ? {} : { storage: store.storage }),
    ...(store?.database ? { owner: 'own-simulation' } : {}),
    ...present({ patient: plan.patient }),
  });
  scene.checkers = CHECKERS.map(({ name, watch }) => watch(scene, (message) => scene.violated(name, message)));
  for (const checker of scene.checkers) checker.applied?.(config);
  scene.engine.events.on('pipeline.dead_lettered', ({ letter }) => scene.buried(letter));
  for (const name of [
    'inference.breaker_opened',
    'inference.breaker_half_opened',
    'inference.breaker_closed',
  ] as const) {
    scene.engine.events.on(name, (change) => scene.breakerChanged(change));
  }
  scene.engine.events.on('reuse.answered', ({ id, source }) => trace.note(`answered:${source}`, id));
  scene.engine.events.on('reuse.handed_over', ({ id }) => trace.note('handed_over', id));
  scene.engine.events.on('pipeline.callback_failed', ({ id }) => trace.note('callback_failed', id));
  const clients = plan.clients.map((client) => new Client(client, scene, dice.fork()));
  for (const client of clients) client.start();
  const surroundings: DeedSurroundings = {
    configOf: (values) => configOf(merged(plan.config, values)),
    // Not a first generation: a hook that submits for what it has submitted would never end.
    submit: () => clients[0]?.submit(plan.clients[0]!.chain),
  };
  for (const deed of plan.deeds) schedule(deed, scene, dice.fork(), surroundings);
  return scene;
}

const configOf = (values: object): Config => configFromValues(engineSections, values);

/** Lets things happen one after the other until everybody has been told and nothing is left to do. */
async function play(scene: Scene): Promise<void> {
  const { clock } = scene;
  let steps = 0;
  const step = async (): Promise<boolean> => {
    if (scene.violation !== null) return false;
    if (++steps > STEPS) scene.violated('settles', `${STEPS} things happened, and there is no end to it`);
    let more = false;
    try {
      more = clock.step();
    } catch (thrown) {
      scene.violated('throws', text(thrown));
    }
    await settled();
    scene.look(true);
    return more;
  };

  while (scene.scheduled > 0 && (await step()));
  const patience = clock.now() + PATIENCE_MS;
  while (scene.waiting.size > 0 && (await step())) {
    if (clock.now() > patience) scene.violated('settles', `nobody tells ${names(scene)}`);
  }
  let drained = false;
  void scene.drain(1000).then(() => {
    drained = true;
  });
  // Once it is drained nothing may tick on by itself.
  while (await step());
  if (scene.violation !== null) return;
  if (!drained) scene.violated('settles', 'a drain does not end');
  if (clock.waiting > 0) scene.violated('permits', `${clock.waiting} timers are left`);
  // Snapshots are kept for 100 ms; this one must be new.
  clock.work(1000);
  const last = scene.engine.snapshot();
  for (const checker of scene.checkers) checker.atRest?.(last);
}

const text = (thrown: unknown): string => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));

const names = ({ waiting }: Scene): string => [...waiting].map(({ request }) => request.id).join(', ');

/**
 * Resolves once every promise that was ready, and what it made ready, has run: Node empties that queue before it calls
 * the next immediate. Under a microsecond, and nothing of it depends on how long a chain is.
 */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
