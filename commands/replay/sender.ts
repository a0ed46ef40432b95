import type { Clock } from '../../src/core/clock.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Random } from '../../src/core/random.ts';
import type { Statement } from '../../src/core/statement.ts';
import type { Engine } from '../../src/engine.ts';
import type { StopSignal } from '../shared/stop-signal.ts';
import { backOffMs, Pacer, pause } from './pacing.ts';
import type { Submission } from './submission.ts';

export interface SenderOptions {
  readonly maxRetries: number;
  readonly delayMs: number;
}

/** A request that failed for good, and what its recording must carry: the new dead letter. */
export interface Failure {
  readonly outcome: Outcome;
  readonly along: readonly Statement[];
}

/** Between two looks at the spend limit, while it depends on requests on their way, milliseconds. */
const LOOK_MS = 50;

/** Failures that will not go away by themselves, whatever the table says of other providers. */
const HOPELESS: ReadonlySet<string> = new Set(['authentication_failed']);
/** Of the errors a caller does not retry, those that another time may do better. */
const PASSING: ReadonlySet<string> = new Set(['deadline_exceeded', 'queue_full']);

/** Sends requests at the pace that was asked for, again when they fail. */
export class Sender {
  /** The spend limit is reached: nothing more is sent. */
  exhausted = false;
  private readonly engine: Engine;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly stop: StopSignal;
  private readonly pacer: Pacer;
  private readonly maxRetries: number;

  constructor(engine: Engine, clock: Clock, random: Random, stop: StopSignal, options: SenderOptions) {
    this.engine = engine;
    this.clock = clock;
    this.random = random;
    this.stop = stop;
    this.maxRetries = options.maxRetries;
    this.pacer = new Pacer(clock, options.delayMs, stop.stopped);
  }

  /**
   * Sends one request until it is answered or given up; null when a signal or the spend limit kept it from being sent at all.
   * @param answered commits an answer; when it rejects, that is the failure
   */
  async send(submission: Submission, answered: (outcome: Outcome) => Promise<void>): Promise<Outcome | Failure | null> {
    let failure: Failure | null = null;
    for (let tries = 1; ; tries++) {
      await this.pacer.turn();
      if (this.stop.signalled !== null || !(await this.affords(submission))) return failure;
      let along: readonly Statement[] = [];
      const outcome = await this.engine.submit(submission.request, {
        hops: submission.hops,
        deadlineMs: submission.deadlineMs,
        wait: true,
        // A letter for each try would be too many: the last one is written by whoever counts the tries.
        async record(ended, letter) {
          along = letter;
          if (ended.status === 'completed') await answered(ended);
        },
      });
      if (outcome.status === 'completed') return outcome;
      failure = { outcome, along };
      if (tries > this.maxRetries || !mayPass(outcome)) return failure;
      await pause(this.clock, backOffMs(tries, this.random, outcome.error?.retryAfterMs), this.stop.stopped);
    }
  }

  /** Whether the spend limit lets a request in; what those on their way will cost is waited for. */
  private async affords({ request }: Submission): Promise<boolean> {
    let affordable = this.engine.affordable(request);
    while (affordable === 'later' && this.stop.signalled === null) {
      await pause(this.clock, LOOK_MS, this.stop.stopped);
      affordable = this.engine.affordable(request);
    }
    this.exhausted ||= affordable === 'no';
    return affordable === 'yes';
  }
}

function mayPass({ error }: Outcome): boolean {
  if (error === null || HOPELESS.has(error.code)) return false;
  return error.definition.action !== 'fail' || PASSING.has(error.code);
}
