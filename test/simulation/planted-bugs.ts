import { Audience } from '../../src/core/audience.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { Job } from '../../src/core/job.ts';
import type { OutcomeStatus } from '../../src/core/outcome.ts';
import { Timeouts } from '../../src/core/timeouts.ts';
import { ProviderRecord } from '../../src/inference/provider-record.ts';
import { DeadLetterRing } from '../../src/pipeline/dead-letters.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { Settlement } from '../../src/pipeline/settlement.ts';
import { StageQueue } from '../../src/pipeline/stage-queue.ts';
import { INFERENCE } from '../../src/pipeline/stages.ts';
import { Counters } from '../../src/pipeline/totals.ts';
import { ADMISSION_BUGS } from './planted-admission-bugs.ts';
import { type PlantedBug, replace } from './planted-bug.ts';
import { LAYER_BUGS } from './planted-layer-bugs.ts';
import { REPLAY_BUGS } from './planted-replay-bugs.ts';
import { REUSE_BUGS } from './planted-reuse-bugs.ts';

/** What a planted bug touches of the inside. */
interface SettlementInside {
  clock: Clock;
  deliver(job: Job): void;
}
interface PipelineInside {
  readonly busy: Int32Array;
  pumping: boolean;
  interrupted: boolean;
}
interface QueueInside {
  readonly rings: readonly { push(job: Job): void }[];
  count: number;
  push(job: Job, now: number): void;
}

const EPOCH = Date.UTC(2026, 0, 1);

const PIPELINE_BUGS: readonly PlantedBug[] = [
  {
    name: 'a caller is told twice',
    foundBy: ['one outcome'],
    plant: () =>
      replace<Settlement, [Job]>(Settlement, 'deliver', (_self, [job], original) => {
        const { done } = job;
        original();
        done?.(job);
      }),
  },
  {
    name: 'an outcome changes after it was told',
    foundBy: ['one outcome', 'text', 'dead letters'],
    plant: () =>
      replace<Pipeline, [Job]>(Pipeline, 'cancel', (_self, [job], original) => {
        original();
        job.conclude('cancelled', null);
      }),
  },
  {
    name: 'an outcome is counted nowhere',
    foundBy: ['sums'],
    plant: () =>
      replace<Counters, [OutcomeStatus]>(Counters, 'settle', (_self, [status], original) => {
        if (status !== 'shed') original();
      }),
  },
  {
    name: 'a slot leaks when its request is cancelled',
    foundBy: ['permits', 'settles', 'reuse', 'bounds'],
    plant: () =>
      replace<PipelineInside, [Job, number]>(Pipeline, 'resume', (self, [job, stage], original) => {
        if (job.ended === 'cancelled') self.busy[stage]!++;
        original();
      }),
  },
  {
    name: 'a slot is given back before its work has ended',
    foundBy: ['bounds'],
    plant() {
      const early = new WeakSet<Job>();
      const restore = [
        replace<PipelineInside, [Job]>(Pipeline, 'cancel', (self, [job], original) => {
          if (job.ended === null && job.stage === INFERENCE && job.attempts > 0) {
            early.add(job);
            self.busy[INFERENCE]!--;
          }
          original();
        }),
        replace<PipelineInside, [Job, number]>(Pipeline, 'resume', (self, [job], original) => {
          if (early.delete(job)) self.busy[INFERENCE]!++;
          original();
        }),
      ];
      return () => {
        for (const undo of restore) undo();
      };
    },
  },
  {
    name: 'nobody is woken when a slot is given back',
    foundBy: ['idleness', 'settles'],
    plant: () =>
      replace<PipelineInside, []>(Pipeline, 'resume', (self, _args, original) => {
        self.pumping = true;
        original();
        self.pumping = false;
      }),
  },
  {
    name: 'a deadline is not watched',
    foundBy: ['deadlines'],
    plant: () => replace(Settlement, 'watchDeadline', () => undefined),
  },
  {
    name: 'a deadline is a little generous',
    foundBy: ['late calls'],
    plant: () =>
      replace<Settlement, [Job]>(Settlement, 'open', (_self, [job], original) => {
        const open = original();
        job.trace!.deadlineAt += 30;
        return open;
      }),
  },
  {
    name: 'deadlines go by the calendar',
    foundBy: ['deadlines', 'late calls'],
    plant: () =>
      replace<SettlementInside, []>(Settlement, 'open', (self, _args, original) => {
        const { clock } = self;
        self.clock = { now: () => clock.wall() - EPOCH } as Clock;
        const open = original();
        self.clock = clock;
        return open;
      }),
  },
  {
    name: 'a call that hangs is never given up',
    foundBy: ['settles', 'permits'],
    plant: () =>
      replace<object, [object]>(Timeouts, 'add', (_self, [item], original) => ('settle' in item ? 0 : original())),
  },
  {
    name: 'a queue ignores priorities',
    foundBy: ['order'],
    plant: () =>
      replace<QueueInside, [Job, number]>(StageQueue, 'push', (self, [job, now]) => {
        job.queuedSince = now;
        self.rings[2]!.push(job);
        self.count++;
      }),
  },
  {
    name: 'a queue lets the second go first',
    foundBy: ['order'],
    plant: () =>
      replace<QueueInside, []>(StageQueue, 'shift', (self, _args, original) => {
        const first = original() as Job | null;
        const second = first === null ? null : (original() as Job | null);
        if (second === null) return first;
        self.push(first!, first!.queuedSince!);
        return second;
      }),
  },
  {
    name: 'a queue lets the second of a session go first',
    foundBy: ['order'],
    plant: () =>
      replace<QueueInside, []>(StageQueue, 'shift', (self, _args, original) => {
        const first = original() as Job | null;
        const { session } = first?.request ?? {};
        const second = session === undefined ? null : (original() as Job | null);
        if (second === null) return first;
        const [next, later] = second.request.session === session ? [second, first!] : [first!, second];
        self.push(later, later.queuedSince!);
        return next;
      }),
  },
  {
    name: 'a queue takes one more than it may',
    foundBy: ['bounds'],
    plant() {
      const original = Object.getOwnPropertyDescriptor(StageQueue.prototype, 'full')!;
      const full = function (this: StageQueue): boolean {
        return this.count > this.capacity;
      };
      Object.defineProperty(StageQueue.prototype, 'full', { get: full, configurable: true });
      return () => void Object.defineProperty(StageQueue.prototype, 'full', original);
    },
  },
  {
    name: 'text is taken after the end',
    foundBy: ['text'],
    plant: () =>
      replace<Job, [string]>(Job, 'emit', (self, [piece], original) => {
        if (self.ended === null) original();
        else self.text += piece;
      }),
  },
  {
    name: 'a piece of a stream is lost',
    foundBy: ['text'],
    plant: () =>
      replace<object, [string]>(Audience, 'tell', (_self, [piece], original) => {
        if (!piece.includes('.3')) original();
      }),
  },
  {
    name: 'a provider is not told that nobody waits any more',
    // One that waits for its turn is sent although it was taken back; who asks the same meanwhile begins another.
    foundBy: ['aborts', 'late calls', 'reuse'],
    plant: () => replace(Job, 'abort', () => undefined),
  },
  {
    name: 'a caller is told before it is written down',
    foundBy: ['records'],
    plant: () =>
      replace<SettlementInside, [Promise<unknown>, Job]>(Settlement, 'deliverOnce', (self, [recorded, job]) => {
        recorded.catch(() => undefined);
        self.deliver(job);
      }),
  },
  {
    name: "a caller's signal is listened to for ever",
    foundBy: ['permits'],
    plant: () =>
      replace<Settlement, [Job]>(Settlement, 'endTrace', (_self, [job], original) => {
        job.trace!.detach = null;
        original();
      }),
  },
  {
    name: 'a timer is left running',
    foundBy: ['permits'],
    plant: () =>
      replace<object, [object, number]>(Timeouts, 'delete', (_self, [item], original) =>
        'settle' in item ? false : original(),
      ),
  },
  {
    name: 'callbacks nest without end',
    foundBy: ['nesting'],
    plant: () =>
      replace<{ house: { depth: number } }, []>(Settlement, 'settle', ({ house }, _args, original) => {
        const { depth } = house;
        house.depth = 0;
        original();
        house.depth = depth;
      }),
  },
  {
    name: 'some dead letters are lost',
    foundBy: ['dead letters'],
    plant: () =>
      replace<DeadLetterRing, [DeadLetter]>(DeadLetterRing, 'push', (_self, [letter], original) => {
        if (letter.reason !== 'expired') original();
      }),
  },
  {
    name: 'a dead letter does not hold the whole request',
    foundBy: ['dead letters'],
    plant: () =>
      replace<DeadLetterRing, [{ request: DeadLetter['request'] }]>(
        DeadLetterRing,
        'push',
        (_self, [letter], original) => {
          letter.request = { ...letter.request, messages: [] };
          original();
        },
      ),
  },
  {
    name: 'a drain forgets to interrupt',
    foundBy: ['drains'],
    plant: () =>
      replace<PipelineInside, []>(Pipeline, 'interrupt', (self) => {
        self.interrupted = true;
      }),
  },
  {
    name: 'a provider is blamed twice',
    foundBy: ['snapshot'],
    plant: () =>
      replace<ProviderRecord, [string]>(ProviderRecord, 'failed', (_self, _args, original) => {
        original();
        original();
      }),
  },
];

export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...PIPELINE_BUGS,
  ...LAYER_BUGS,
  ...REUSE_BUGS,
  ...REPLAY_BUGS,
  ...ADMISSION_BUGS,
];
