import type { Call } from '../../core/call.ts';
import { OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import { LaterAttempt } from '../../core/later-attempt.ts';
import type { Candidate } from '../candidate.ts';

/** Attempts at one call that run at the same time, each with a text of its own, until one of them is the call's. */
export class SideBySide {
  /** The one that was started first. */
  first: LaterAttempt | null = null;
  private readonly call: Call;
  private readonly onPiece: (attempt: LaterAttempt, text: string) => void;
  private readonly onEnd: (attempt: LaterAttempt) => void;
  private readonly attemptsBefore: number;
  private readonly open = new Set<LaterAttempt>();
  private settled = false;

  /** `onEnd` is called for each attempt, unless another was settled on before. */
  constructor(
    call: Call,
    onPiece: (attempt: LaterAttempt, text: string) => void,
    onEnd: (attempt: LaterAttempt) => void,
  ) {
    this.call = call;
    this.onPiece = onPiece;
    this.onEnd = onEnd;
    this.attemptsBefore = call.attempts;
  }

  get running(): number {
    return this.open.size;
  }

  /** `made` hears of the attempt before it begins. */
  start(candidate: Candidate, made: (attempt: LaterAttempt) => void = () => undefined): LaterAttempt {
    const attempt: LaterAttempt = new LaterAttempt(this.call, (text) => this.onPiece(attempt, text));
    made(attempt);
    this.first ??= attempt;
    this.open.add(attempt);
    const end = (): void => {
      this.open.delete(attempt);
      if (!this.settled) this.onEnd(attempt);
    };
    const waits = candidate.step(attempt);
    if (waits === undefined) end();
    else
      void waits.then(end, (thrown) => {
        attempt.fail(toOrchestratorError(thrown));
        end();
      });
    return attempt;
  }

  /** Takes the others back: nobody wants what they say. */
  leaveOnly(winner: LaterAttempt): void {
    for (const other of this.open) {
      if (other === winner) continue;
      other.fail(new OrchestratorError('cancelled', 'Another provider was faster.'));
      other.close();
      other.abort();
    }
  }

  /** The end of this attempt is the call's. */
  settle(attempt: LaterAttempt): void {
    this.settled = true;
    this.leaveOnly(attempt);
    // One that was not even let through says less than what was known before.
    if (this.call.attempts > this.attemptsBefore || this.call.error === null) this.call.take(attempt);
  }
}
