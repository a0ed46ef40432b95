import type { Step } from '../core/attempt.ts';
import { OrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { Message, PromptRequest } from '../core/request.ts';
import { INFERENCE, STAGES, type StageName } from './stages.ts';

/** Before and after each of the five stages (capability A8). */
export type HookPosition = `${'before' | 'after'}:${StageName}`;

export const HOOK_POSITIONS: readonly HookPosition[] = STAGES.flatMap((stage) => [
  `before:${stage}` as const,
  `after:${stage}` as const,
]);

/** What a hook sees. Messages may be replaced up to inference, the text from `after:inference` on. */
export interface HookSubject {
  readonly request: PromptRequest;
  messages: readonly Message[];
  text: string;
}

/**
 * What a hook decides: nothing or `continue` goes on; `abort` skips the remaining hooks of this position, the stage
 * still runs; `{error}` fails the request with that message, and it goes to the dead letters.
 */
export type HookResult = undefined | void | 'continue' | 'abort' | { readonly error: string };

export interface Hook {
  readonly name: string;
  run(subject: HookSubject): HookResult | Promise<HookResult>;
}

/** The hooks of all ten positions. */
export class Hooks {
  private readonly byPosition = new Map<HookPosition, readonly Hook[]>();

  /** Appends a hook; the returned function takes it out again. */
  add(position: HookPosition, hook: Hook): () => void {
    this.byPosition.set(position, [...this.at(position), hook]);
    return () => {
      this.byPosition.set(
        position,
        this.at(position).filter((other) => other !== hook),
      );
    };
  }

  at(position: HookPosition): readonly Hook[] {
    return this.byPosition.get(position) ?? [];
  }

  /** The stage's work with its hooks around it; the work itself when it has none, so that hooks nobody set cost nothing. */
  around(stage: number, work: Step<Job>): Step<Job> {
    const name = STAGES[stage]!;
    const before = this.at(`before:${name}`);
    const after = this.at(`after:${name}`);
    const hold = stage === INFERENCE && this.changeText;
    if (before.length === 0 && after.length === 0 && !hold) return work;
    const parts: Step<Job>[] = [(job) => runHooks(before, job), work, (job) => runHooks(after, job)];
    return (job) => {
      // Streamed text must equal collected text: what a later hook may still change is not shown yet.
      if (hold) job.held = true;
      return inOrder(parts, job, 0);
    };
  }

  private get changeText(): boolean {
    const last = HOOK_POSITIONS.indexOf('before:stream');
    return HOOK_POSITIONS.slice(HOOK_POSITIONS.indexOf('after:inference'), last + 1).some(
      (at) => this.at(at).length > 0,
    );
  }
}

function inOrder(parts: readonly Step<Job>[], job: Job, from: number): void | Promise<void> {
  for (let i = from; i < parts.length && job.error === null; i++) {
    const waits = parts[i]!(job);
    if (waits !== undefined) return waits.then(() => inOrder(parts, job, i + 1));
  }
  return undefined;
}

function runHooks(hooks: readonly Hook[], job: Job, from = 0): void | Promise<void> {
  for (let i = from; i < hooks.length; i++) {
    const hook = hooks[i]!;
    let result: HookResult | Promise<HookResult>;
    try {
      result = hook.run(job);
    } catch (thrown) {
      job.error = broken(hook, thrown);
      return undefined;
    }
    if (result instanceof Promise) {
      return result.then(
        (later) => (decide(hook, later, job) ? runHooks(hooks, job, i + 1) : undefined),
        (thrown) => {
          job.error = broken(hook, thrown);
        },
      );
    }
    if (!decide(hook, result, job)) return undefined;
  }
  return undefined;
}

/** True when the next hook of this position runs. */
function decide(hook: Hook, result: HookResult, job: Job): boolean {
  if (result === undefined || result === 'continue') return true;
  if (result === 'abort') return false;
  job.error = new OrchestratorError('plugin_failed', `${hook.name}: ${result.error}`);
  return false;
}

function broken(hook: Hook, thrown: unknown): OrchestratorError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new OrchestratorError('plugin_failed', `${hook.name} threw: ${message}`, { cause: thrown });
}
