import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job } from '../../src/core/job.ts';
import { OUTCOME_STATUSES, type Outcome } from '../../src/core/outcome.ts';
import { PRIORITIES } from '../../src/core/priority.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { createInference } from '../../src/inference/inference-stage.ts';
import { Hooks } from '../../src/pipeline/hooks.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { passThrough, STAGES, streamStage } from '../../src/pipeline/stages.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { prompt, type ScriptedCall, scriptedProvider } from '../support/scripted-provider.ts';
import { happen } from '../support/test-engine.ts';

/** What a caller's callback does besides listening. */
type Reaction = 'listen' | 'throw' | 'submit' | 'submit two' | 'cancel another' | 'submit dead';

type Deed =
  | {
      readonly do: 'send';
      readonly fields: Partial<PromptRequest>;
      readonly signal: boolean;
      readonly reaction: Reaction;
    }
  | {
      readonly do: 'answer' | 'fail' | 'reject' | 'stream' | 'cancel' | 'abort' | 'write' | 'refuse write';
      readonly which: number;
    }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'happen' | 'turn' | 'let go' };

const which = fc.nat(1000);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      fields: fc.record(
        {
          priority: fc.constantFrom(...PRIORITIES),
          deadline_ms: fc.constantFrom(-1, 0, 5, 40, 400),
          // The stages in which a hook waits until it is let go.
          metadata: fc.subarray([...STAGES]).map((stages) => ({ waits: stages.join(' ') })),
        },
        { requiredKeys: [] },
      ),
      signal: fc.boolean(),
      reaction: fc.constantFrom<Reaction>('listen', 'throw', 'submit', 'submit two', 'cancel another', 'submit dead'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('answer', 'answer', 'fail', 'reject', 'stream', 'cancel', 'abort', 'write', 'refuse write'),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 10, 60, 300) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('happen' as const, 'turn' as const, 'let go' as const) }) },
);

/** A pipeline whose books are checked at every moment that anybody can look at them. */
class Books {
  readonly clock = new ManualClock();
  readonly provider = scriptedProvider();
  readonly pipeline: Pipeline;
  readonly jobs: Job[] = [];
  readonly controllers: AbortController[] = [];
  readonly writes: { resolve: () => void; reject: (thrown: Error) => void }[] = [];
  readonly told = new Map<string, Outcome>();
  readonly held: (() => void)[] = [];
  /** What was wrong at any moment. */
  readonly faults: string[] = [];
  sent = 0;

  constructor() {
    const hooks = new Hooks();
    for (const stage of STAGES) {
      hooks.add(`before:${stage}`, { name: 'look', run: () => this.look() });
      hooks.add(`before:${stage}`, { name: 'wait', run: ({ request }) => this.wait(request, stage) });
      hooks.add(`after:${stage}`, { name: 'look', run: () => this.look() });
    }
    const inference = createInference(
      [this.provider],
      { candidate: () => ({ timeoutMs: 200 }), defaults: {} },
      { clock: this.clock },
    );
    const work = [passThrough, passThrough, inference.step, passThrough, streamStage];
    this.pipeline = new Pipeline({
      stages: STAGES.map((_, i) => ({ step: hooks.around(i, work[i]!), capacity: 3, limit: 2 })),
      clock: this.clock,
      observer: {
        stageTimed: () => undefined,
        requestEnded: () => undefined,
        callbackFailed: (_job, thrown) => {
          if (String(thrown) !== 'Error: on purpose') this.faults.push(String(thrown));
        },
      },
      recorder: (job) => {
        this.look();
        if (job.ended === 'completed' && job.request.priority !== 'low') return undefined;
        if (job.ended === 'shed') return undefined;
        return new Promise<void>((resolve, reject) => this.writes.push({ resolve, reject }));
      },
    });
  }

  /** Submitted = outcomes + in flight, and the outcomes are those that callers were told of. Notes it when not: hooks may not throw. */
  look(): undefined {
    const { submitted, in_flight, ...outcomes } = this.pipeline.counters.read();
    const told = [...this.told.values()];
    const wrong = OUTCOME_STATUSES.filter(
      (status) => outcomes[status] !== told.filter((outcome) => outcome.status === status).length,
    );
    if (submitted !== this.sent) this.faults.push(`submitted ${submitted}, but ${this.sent} were sent`);
    if (in_flight !== this.sent - told.length) this.faults.push(`in flight ${in_flight} of ${this.sent}`);
    for (const status of wrong) this.faults.push(`${outcomes[status]} ${status}`);
    if (this.pipeline.queues.some(({ count, capacity }) => count < 0 || count > capacity)) this.faults.push('overfull');
    if (this.pipeline.busy.some((busy, i) => busy < 0 || busy > this.pipeline.limits[i]!)) this.faults.push('too busy');
  }

  send(fields: Partial<PromptRequest>, signal: boolean, reaction: Reaction): void {
    const id = `j${this.sent++}`;
    const controller = new AbortController();
    this.controllers.push(controller);
    const job = this.pipeline.submit(prompt(id, fields), signal ? { signal: controller.signal } : null, (outcome) => {
      if (this.told.has(id)) this.faults.push(`${id} has two outcomes`);
      this.told.set(id, outcome);
      this.look();
      this.react(reaction);
      this.look();
    });
    job.subscribe(() => this.look());
    this.jobs.push(job);
    this.look();
  }

  wait(request: PromptRequest, stage: string): undefined | Promise<undefined> {
    if (request.metadata?.['waits']?.split(' ').includes(stage) !== true) return undefined;
    return new Promise((resolve) => this.held.push(() => resolve(undefined)));
  }

  letGo(): void {
    for (const go of this.held.splice(0)) go();
  }

  react(reaction: Reaction): void {
    switch (reaction) {
      case 'throw':
        throw new Error('on purpose');
      case 'submit two':
        this.send({}, false, 'listen');
        return this.send({ priority: 'critical' }, true, 'listen');
      case 'submit':
        return this.send({ deadline_ms: 50 }, false, 'submit dead');
      case 'submit dead':
        return this.send({ deadline_ms: 0 }, false, 'listen');
      case 'cancel another': {
        const other = this.jobs.find((job) => job.ended === null);
        if (other !== undefined) this.pipeline.cancel(other);
        return;
      }
      case 'listen':
        return;
    }
  }

  async run(step: Deed): Promise<void> {
    const pick = <Item>(items: readonly Item[]): Item | undefined =>
      'which' in step ? items[step.which % Math.max(items.length, 1)] : undefined;
    const call = (): ScriptedCall | undefined => pick(this.provider.open);
    switch (step.do) {
      case 'send':
        return this.send(step.fields, step.signal, step.reaction);
      case 'answer':
        return call()?.answer('so ', 'it is');
      case 'stream':
        return void call()?.stream('and ');
      case 'fail':
        return call()?.fail();
      case 'reject':
        return call()?.reject(new Error('socket hang up'));
      case 'cancel': {
        const job = pick(this.jobs);
        return job === undefined ? undefined : this.pipeline.cancel(job);
      }
      case 'abort':
        return pick(this.controllers)?.abort();
      case 'write':
        return this.writes.shift()?.resolve();
      case 'refuse write':
        return this.writes.shift()?.reject(new Error('disk full'));
      case 'advance':
        return this.clock.advance(step.ms);
      case 'turn':
        return this.clock.turn();
      case 'let go':
        return this.letGo();
      case 'happen':
        return happen();
    }
  }

  /** Lets everything end that can: answers what is open, writes what is to be written. */
  async finish(): Promise<void> {
    while (this.told.size < this.sent) {
      for (const call of this.provider.open) call.answer('late');
      for (const write of this.writes.splice(0)) write.resolve();
      this.letGo();
      this.clock.advance(10);
      await happen();
      this.look();
    }
  }
}

test('submitted = outcomes + in flight at every moment, and each request has one outcome', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 60 }), async (script) => {
      const books = new Books();
      for (const step of script) {
        await books.run(step);
        books.look();
      }
      await books.finish();
      // Everything that was taken was given back.
      while (books.pipeline.busy.some((busy) => busy > 0)) {
        for (const call of books.provider.open) call.settle();
        books.letGo();
        await happen();
      }
      expect([...books.pipeline.busy]).toEqual([0, 0, 0, 0, 0]);
      expect(books.pipeline.queues.map((queue) => queue.count)).toEqual([0, 0, 0, 0, 0]);
      expect(books.clock.waiting).toBe(0);
      expect(books.faults).toEqual([]);
      for (const [id, outcome] of books.told) {
        expect(outcome.request.id).toBe(id);
        expect(outcome.error === null).toBe(outcome.status === 'completed');
      }
    }),
    { numRuns: 400 },
  );
});

test('a drain in the middle of anything ends, with everybody told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40 }), fc.constantFrom(0, 30), async (script, graceMs) => {
      const books = new Books();
      for (const step of script) await books.run(step);
      const drained = books.pipeline.drain(graceMs);
      books.clock.advance(graceMs);
      while (books.writes.length > 0) {
        for (const write of books.writes.splice(0)) write.resolve();
        await happen();
        books.clock.turn();
      }
      await drained;
      books.look();
      expect(books.faults).toEqual([]);
      expect(books.told.size).toBe(books.sent);
      expect(books.pipeline.state).toBe('stopped');
    }),
    { numRuns: 200 },
  );
});
