import type { Job } from '../../src/core/job.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { type Answer, answerOf } from '../../src/reuse/answer.ts';
import { ResponseCache } from '../../src/reuse/response-cache.ts';
import { Reuse } from '../../src/reuse/reuse.ts';
import { Flight, SingleFlight, type Waiter } from '../../src/reuse/single-flight.ts';
import { type PlantedBug, replace } from './planted-bug.ts';

/** What a planted bug touches of the inside. */
interface FlightInside {
  text: string;
  leader: Waiter<Job>;
  readonly waiters: Map<Waiter<Job>, number>;
  abandoned(): void;
  close(): void;
}
interface PipelineInside {
  readonly busy: Int32Array;
  readonly following: Set<Job>;
}

/** Puts in several replacements as one. */
const together = (...undo: readonly (() => void)[]) => {
  return () => {
    for (const one of undo) one();
  };
};

/** Bugs in what gives one answer to several. */
export const REUSE_BUGS: readonly PlantedBug[] = [
  {
    name: 'who asks the same does not find the call in flight',
    foundBy: ['reuse'],
    plant: () => replace(SingleFlight, 'find', () => undefined),
  },
  {
    name: 'only the one who leads hears of the end',
    foundBy: ['settles'],
    plant: () =>
      replace<FlightInside, [Job]>(Flight, 'finish', (self, _args, original) => {
        for (const waiter of self.waiters.keys()) if (waiter !== self.leader) self.waiters.delete(waiter);
        original();
      }),
  },
  {
    name: 'who joins late does not get what there was',
    foundBy: ['text'],
    plant: () =>
      replace<FlightInside, [Waiter<Job>]>(Flight, 'join', (self, [waiter], original) => {
        const { text } = self;
        self.text = '';
        original();
        self.text = text;
        self.waiters.set(waiter, text.length);
      }),
  },
  {
    name: 'a call goes on although nobody waits for it',
    // Or by whoever asks the same meanwhile, and begins another.
    foundBy: ['aborts', 'reuse'],
    plant: () =>
      replace<FlightInside, [Waiter<Job>]>(Flight, 'leave', (self, [waiter], original) => {
        if (self.waiters.size > 1 || !self.waiters.delete(waiter)) return original();
        return self.close();
      }),
  },
  {
    name: 'a call ends with the one who leads',
    foundBy: ['one outcome'],
    plant: () =>
      replace<FlightInside, [Waiter<Job>]>(Flight, 'leave', (self, [waiter], original) => {
        const led = waiter === self.leader;
        original();
        if (led && self.waiters.size > 0) self.abandoned();
      }),
  },
  {
    name: 'those who follow hold slots',
    foundBy: ['reuse', 'bounds'],
    plant: () =>
      replace<PipelineInside, [Job, number]>(Pipeline, 'suspend', (self, [job, stage], original) => {
        original();
        if (self.following.delete(job)) self.busy[stage]!++;
      }),
  },
  {
    name: 'tenants share answers',
    foundBy: ['text', 'reuse'],
    plant() {
      const anyTenant = (_self: object, args: [string], original: () => unknown): unknown => {
        args[0] = args[0].replace(/tenant-\d/, '');
        return original();
      };
      return together(...['get', 'has', 'set'].map((method) => replace(ResponseCache, method, anyTenant)));
    },
  },
  {
    name: 'what arrived before an error is kept as an answer',
    foundBy: ['text', 'reuse'],
    plant: () =>
      replace<{ readonly store: ResponseCache }, [Job, string]>(Reuse, 'keep', (self, [job, key]) =>
        self.store.set(key, answerOf(job)),
      ),
  },
  {
    name: 'answers are kept for ever',
    foundBy: ['reuse'],
    plant() {
      const kept = new WeakMap<object, Map<string, Answer>>();
      const of = (store: object): Map<string, Answer> => {
        if (!kept.has(store)) kept.set(store, new Map());
        return kept.get(store)!;
      };
      return together(
        replace<object, [string, Answer]>(ResponseCache, 'set', (self, [key, answer], original) => {
          of(self).set(key, answerOf(answer));
          original();
        }),
        replace<object, [string]>(ResponseCache, 'get', (self, [key]) => of(self).get(key)),
        replace<object, [string]>(ResponseCache, 'has', (self, [key]) => of(self).has(key)),
      );
    },
  },
];
