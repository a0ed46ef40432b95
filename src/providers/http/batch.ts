import type { Attempt, CachedTokens } from '../../core/attempt.ts';
import type { OrchestratorError } from '../../core/errors.ts';
import type { Message, Parameters, Tool, ToolCall } from '../../core/request.ts';
import type { AnswerReader, Dialect } from './dialect.ts';

/** An API that takes several prompts: `request` and `reader` get the `BatchAttempt` that stands for them. */
export interface BatchDialect extends Dialect {
  /** The text that an attempt would send; null for one that cannot share a request. */
  prompt(attempt: Attempt): string | null;
}

/** Several attempts as the one that an exchange answers: it is wanted while one of them is, and what it says goes to them. */
export class BatchAttempt implements Attempt {
  readonly members: readonly Attempt[];
  readonly tools: readonly Tool[] = [];
  readonly toolCalls: readonly ToolCall[] | null = null;
  readonly cached: CachedTokens | null = null;
  readonly inputTokens = -1;
  readonly outputTokens = -1;
  readonly finishReason: string | null = null;
  readonly native = null;
  error: OrchestratorError | null = null;
  private readonly controller = new AbortController();
  private readonly open: Set<Attempt>;
  private readonly ended: (attempt: Attempt) => void;

  /** At least one. */
  constructor(members: readonly Attempt[], ended: (attempt: Attempt) => void) {
    this.members = members;
    this.open = new Set(members);
    this.ended = ended;
    for (const member of members) {
      const leave = (): void => {
        this.open.delete(member);
        if (this.open.size === 0) this.controller.abort();
      };
      member.signal.addEventListener('abort', leave, { once: true });
      if (member.signal.aborted) leave();
    }
  }

  get id(): string {
    return this.members[0]!.id;
  }

  get model(): string {
    return this.members[0]!.model;
  }

  get parameters(): Parameters {
    return this.members[0]!.parameters;
  }

  get messages(): readonly Message[] {
    return this.members[0]!.messages;
  }

  /** An answer that is complete need not wait for the others. */
  get streams(): boolean {
    return true;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  onAbort(listener: () => void): void {
    this.signal.addEventListener('abort', listener, { once: true });
  }

  get wanted(): boolean {
    return this.open.size > 0;
  }

  emit(): void {}

  aside(): void {}

  /** The answer of one of them is complete; true when all are. */
  end(member: Attempt): boolean {
    if (this.open.delete(member)) this.ended(member);
    return this.open.size === 0;
  }
}

/** What a dialect for several prompts was given; an exchange hands over what it got. */
export const membersOf = (attempt: Attempt): BatchAttempt => attempt as BatchAttempt;

/** One reader for each member. */
export const readersOf = <Reader extends AnswerReader>(
  batch: BatchAttempt,
  create: (member: Attempt) => Reader,
): readonly Reader[] => batch.members.map(create);
