import type { Clock } from '../../src/core/clock.ts';
import { ERRORS, type ErrorCode } from '../../src/core/errors.ts';
import type { OutcomeRecord } from '../../src/core/outcome.ts';
import type { Random } from '../../src/core/random.ts';
import type { Statement } from '../../src/core/statement.ts';
import type { Outages } from '../shared/outages.ts';
import type { StopSignal } from '../shared/stop-signal.ts';
import { backOffMs, Pacer } from './pacing.ts';
import type { Submission } from './submission.ts';
import { type Target, UNASKED } from './target.ts';

export interface SenderOptions {
  readonly maxRetries: number;
  readonly delayMs: number;
}

export interface SenderSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly stop: StopSignal;
  readonly outages: Outages;
}

/** A request that failed for good, and what its recording must carry: the new dead letter. */
export interface Failure {
  readonly record: OutcomeRecord;
  /** The target remembers it: only a try of another name can end differently. */
  readonly definite: boolean;
  readonly along: readonly Statement[];
}

/** Between two looks at the spend limit, while it depends on requests on their way, milliseconds. */
const LOOK_MS = 50;

/** Failures that will not go away by themselves, whatever the table says of other providers. */
const HOPELESS: ReadonlySet<string> = new Set(['authentication_failed']);
/** Of the errors a caller does not retry, those that another time may do better. */
const PASSING: ReadonlySet<string> = new Set(['deadline_exceeded', 'queue_full', 'server_unreachable']);

/** Sends requests at the pace that was asked for, again when they fail. */
export class Sender {
  /** The spend limit is reached: nothing more is sent. */
  exhausted = false;
  private readonly target: Target;
  private readonly random: Random;
  private readonly stop: StopSignal;
  private readonly outages: Outages;
  private readonly pacer: Pacer;
  private readonly maxRetries: number;

  constructor(
    target: Target,
    { clock, random, stop, outages }: SenderSurroundings,
    { maxRetries, delayMs }: SenderOptions,
  ) {
    this.target = target;
    this.random = random;
    this.stop = stop;
    this.outages = outages;
    this.maxRetries = maxRetries;
    this.pacer = new Pacer(clock, delayMs, stop);
  }

  /**
   * Sends one request until it is answered or given up; null when a signal or the spend limit kept it from being sent at all.
   * @param answered commits an answer; when it rejects, that is the failure
   */
  async send(
    submission: Submission,
    answered: (record: OutcomeRecord) => Promise<void>,
  ): Promise<OutcomeRecord | Failure | null> {
    let failure: Failure | null = null;
    for (let tries = 0; ; ) {
      await this.outages.over(submission.request);
      await this.pacer.turn();
      if (this.stop.signalled !== null || !(await this.affords(submission))) return failure;
      const { record, along, remembered, definite } = await this.target.send(submission, answered);
      if (record.status === 'completed') return record;
      failure = { record, along, definite };
      // Nobody was asked: that was no try.
      if (UNASKED.has(record.error?.code ?? '') && (await this.outages.over(submission.request))) continue;
      if (!mayPass(record)) return failure;
      // An earlier run made this try; the next one is what this run is for.
      if (remembered) continue;
      if (++tries > this.maxRetries) return failure;
      await this.stop.pause(backOffMs(tries, this.random, record.error?.retry_after_ms));
    }
  }

  /** Whether the spend limit lets a request in; what those on their way will cost is waited for. */
  private async affords({ request }: Submission): Promise<boolean> {
    let affordable = await this.target.affordable(request);
    while (affordable === 'later' && this.stop.signalled === null) {
      await this.stop.pause(LOOK_MS);
      affordable = await this.target.affordable(request);
    }
    this.exhausted ||= affordable === 'no';
    return affordable === 'yes';
  }
}

function mayPass({ error }: OutcomeRecord): boolean {
  if (error === undefined || HOPELESS.has(error.code)) return false;
  return ERRORS[error.code as ErrorCode]?.action !== 'fail' || PASSING.has(error.code);
}
