import type { Affordable } from '../../src/admission/spend/spend-gate.ts';
import { type Outcome, type OutcomeRecord, outcomeRecord } from '../../src/core/outcome.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Statement } from '../../src/core/statement.ts';
import type { Engine } from '../../src/engine.ts';
import type { Outage } from '../../src/inference/routers/patience.ts';
import type { Submission } from './submission.ts';

/** How one try of a request ended. */
export interface Try {
  readonly record: OutcomeRecord;
  /** What its recording must carry: a new dead letter. */
  readonly along: readonly Statement[];
  /** Told from memory: the try itself was made earlier. */
  readonly remembered: boolean;
  /** The target remembers this failure for its key, so that the same try can never have another end. */
  readonly definite: boolean;
}

/** Refusals of whoever knows that no provider can be asked. */
export const UNASKED: ReadonlySet<string> = new Set(['no_provider_available', 'circuit_open']);

/** Where requests are sent. */
export interface Target {
  /**
   * Makes one try. `answered` commits an answer before anybody hears of it; when it rejects, that is the failure.
   * Never rejects otherwise.
   */
  send(submission: Submission, answered: (record: OutcomeRecord) => Promise<void>): Promise<Try>;
  /** Whether the spend limit of this program would let a request in. */
  affordable(request: PromptRequest): Affordable | Promise<Affordable>;
  /** What a request would wait for now, as nobody can be asked there; null when somebody can, and when it is no use. */
  outage(request?: PromptRequest): Outage | null;
  /** Interrupts what is on its way. */
  interrupt(): Promise<void>;
  /** The same key has one effect there, so what was open at a crash may be sent again. */
  readonly idempotent: boolean;
}

/** The engine of this program. */
export class EngineTarget implements Target {
  readonly idempotent = false;
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  async send(
    { request, hops, deadlineMs }: Submission,
    answered: (record: OutcomeRecord) => Promise<void>,
  ): Promise<Try> {
    let along: readonly Statement[] = [];
    const outcome: Outcome = await this.engine.submit(request, {
      hops,
      deadlineMs,
      wait: true,
      stream: false,
      // A letter for each try would be too many: the last one is written by whoever counts the tries.
      async record(ended, letter) {
        along = letter;
        if (ended.status === 'completed') await answered(outcomeRecord(ended));
      },
    });
    return { record: outcomeRecord(outcome), along, remembered: false, definite: false };
  }

  affordable(request: PromptRequest): Affordable | Promise<Affordable> {
    return this.engine.affordable(request);
  }

  outage(request?: PromptRequest): Outage | null {
    return this.engine.outage(request);
  }

  interrupt(): Promise<void> {
    return this.engine.drain(0);
  }
}
