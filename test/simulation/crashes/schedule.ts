import type { CommandContext } from '../../../commands/command.ts';
import { openInput } from '../../../commands/replay/input.ts';
import { ReplayRun } from '../../../commands/replay/run.ts';
import { ServerTarget } from '../../../commands/replay/server-target.ts';
import { ReplaySummary } from '../../../commands/replay/summary.ts';
import type { Target, Try } from '../../../commands/replay/target.ts';
import { Outages } from '../../../commands/shared/outages.ts';
import type { ServerCall, ServerClient } from '../../../commands/shared/server-client.ts';
import { StopSignal } from '../../../commands/shared/stop-signal.ts';
import type { DeadLetter } from '../../../src/core/dead-letter.ts';
import { messageOf } from '../../../src/core/errors.ts';
import type { OutcomeRecord } from '../../../src/core/outcome.ts';
import { ReplayStore } from '../../../src/schedule/replay-store.ts';
import { Database, IN_MEMORY } from '../../../src/storage/database.ts';
import { deadLetterInsert } from '../../../src/storage/dead-letters.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { Dice } from '../dice.ts';
import { MortalProcess } from './process.ts';
import { Receiver } from './receiver.ts';

const OPTIONS = { delayMs: 0, timeoutMs: 60_000, failedFile: undefined, json: false, live: false, dryRun: false };
/** Things that may happen in one process; far more than any needs. */
const STEPS = 20_000;

/** The dead letters of a store, who is to answer them, and what has been printed. */
class World {
  readonly clock = new ManualClock();
  readonly database: Database;
  readonly receiver: Receiver;
  readonly ids: readonly string[];
  readonly printed = new Set<string>();
  private readonly dice: Dice;
  private readonly idempotent: boolean;
  private processes = 0;

  constructor(database: Database, dice: Dice, idempotent: boolean) {
    this.database = database;
    this.dice = dice;
    this.idempotent = idempotent;
    this.receiver = new Receiver(dice.fork());
    this.ids = Array.from({ length: dice.between(1, 6) }, (_, at) => `r${at}`);
    for (const id of this.ids) database.run(deadLetterInsert(this.letterOf(id, 0)));
  }

  /** A process replays the store, until it has ended or is killed after so many steps. Null when it was killed. */
  async replay(steps: number, retryUnknown: boolean): Promise<ReplaySummary | null> {
    const { clock } = this;
    const process = new MortalProcess(clock, this.dice.fork(), steps);
    const summary = new ReplaySummary(() => undefined);
    let ended = false;
    let thrown: unknown = null;
    this.run(process, summary, retryUnknown).then(
      () => {
        ended = true;
      },
      (error) => {
        thrown = error;
      },
    );
    for (let step = 0; !ended && !process.dead; step++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (ended || process.dead) break;
      if (thrown !== null) throw thrown;
      if (step > STEPS || !clock.step()) throw new Error('a replay does not end');
    }
    return process.dead ? null : summary;
  }

  lettersOf(id: string): number {
    return this.database.all({ sql: 'SELECT id FROM dead_letters WHERE request_id = ?', params: [id] }).length;
  }

  private async run(process: MortalProcess, summary: ReplaySummary, retryUnknown: boolean): Promise<void> {
    const { clock } = this;
    const dice = this.dice.fork();
    const tell = (): void => undefined;
    const stdout = {
      write: (text: string, written: () => void) => {
        void process.step('stdout', () => this.print(text)).then(written);
      },
    };
    const context = { clock, random: dice.random, stdout, onSignal: () => tell } as unknown as CommandContext;
    const stop = new StopSignal(context, () => Promise.resolve(), tell);
    const target = this.target(process);
    const store = new ReplayStore(clock, process.storage(this.database));
    const progress = { update: tell, tell, stop: tell };
    const failedFile = { add: tell, close: tell };
    const outages = new Outages(target, clock, stop, tell);
    const run = new ReplayRun(
      // Nobody keeps a row of it among the owners: so it counts as dead as soon as another looks, which comes after it.
      { context, target, store, owner: `own-${this.processes++}`, stop, outages, summary, progress, failedFile },
      { ...OPTIONS, maxRetries: dice.between(0, 2), concurrency: dice.between(1, 4), retryUnknown },
    );
    const input = await openInput(context, { kind: 'store', ids: [] }, store);
    await run.begin(input.source);
    for await (const items of input.items()) await run.take(items);
    await run.finished();
    if (run.failure !== null) throw run.failure;
  }

  private target(process: MortalProcess): Target {
    const { receiver } = this;
    if (this.idempotent) {
      const call = (_method: string, _path: string, sent: ServerCall) =>
        process.step('server', () => receiver.post(sent), false);
      return new ServerTarget(this.clock, { call } as unknown as ServerClient, true);
    }
    return {
      idempotent: false,
      affordable: () => 'yes',
      outage: () => null,
      interrupt: () => Promise.resolve(),
      send: async ({ request, hops }, answered): Promise<Try> => {
        const end = await process.step('server', () => receiver.handle(`question ${request.id}`), false);
        const { id } = request;
        if (end === 'answered') {
          const record: OutcomeRecord = { id, status: 'completed', output: 'done', attempts: 1 };
          await answered(record);
          return { record, along: [], remembered: false, definite: false };
        }
        const error = { code: 'provider_failed', message: 'It failed.' };
        const along = [deadLetterInsert(this.letterOf(id, hops))];
        return { record: { id, status: 'failed', attempts: 1, error }, along, remembered: false, definite: false };
      },
    };
  }

  private letterOf(id: string, hops: number): DeadLetter {
    const request = { id, messages: [{ role: 'user' as const, content: `question ${id}` }] };
    return { request, reason: 'failed', error: null, attempts: 1, hops, at: this.clock.wall() };
  }

  private print(text: string): void {
    for (const line of text.split('\n').filter((one) => one !== '')) {
      const { id, status } = JSON.parse(line) as OutcomeRecord;
      if (status === 'completed') this.printed.add(id);
    }
  }
}

/** Replays that are killed, one after the other, and one that lives: what went wrong, null when nothing did. */
export async function crashSchedule(seed: number): Promise<string | null> {
  const dice = new Dice(seed);
  const database = Database.open(IN_MEMORY);
  try {
    return await course(new World(database, dice, seed % 2 === 0), dice, seed % 2 === 0);
  } catch (thrown) {
    return `a replay throws ${messageOf(thrown)}`;
  } finally {
    database.close();
  }
}

async function course(world: World, dice: Dice, idempotent: boolean): Promise<string | null> {
  const { receiver, ids } = world;
  const effectsOf = (id: string): number => receiver.effects.get(`question ${id}`) ?? 0;
  for (let kill = dice.between(1, 4); kill > 0; kill--) await world.replay(dice.between(1, 40), false);
  receiver.healed = dice.chance(0.5);
  const survivor = (await world.replay(Number.POSITIVE_INFINITY, false))!;
  for (const id of ids) {
    if (effectsOf(id) > 1) return `${id} has had ${effectsOf(id)} effects`;
    if (world.lettersOf(id) > 1) return `${id} has ${world.lettersOf(id)} letters`;
    // What is gone from the store was answered, and its answer reached the reader.
    if (world.lettersOf(id) === 0 && !(effectsOf(id) === 1 && world.printed.has(id))) return `${id} is lost`;
  }
  if (idempotent && survivor.unknown > 0) return `${survivor.unknown} are unknown, although they may be sent again`;

  receiver.healed = true;
  const unknown = survivor.unknown;
  await world.replay(Number.POSITIVE_INFINITY, true);
  let doubled = 0;
  for (const id of ids) {
    if (world.lettersOf(id) !== 0) return `${id} is still a dead letter`;
    if (!world.printed.has(id)) return `the answer of ${id} was never printed`;
    doubled += effectsOf(id) - 1;
  }
  // Only what was told to be unknown, and then sent on demand, may have had its effect twice.
  return doubled > unknown ? `${doubled} were answered twice, ${unknown} were told to be unknown` : null;
}
