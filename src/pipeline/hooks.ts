import type { Step } from '../core/attempt.ts';
import { messageOf, OrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { Message, PromptRequest } from '../core/request.ts';
import { INFERENCE, STAGES, type StageName } from './stages.ts';

/** Before and after each of the five stages (capability A8). */
export type HookPosition = `${'before' | 'after'}:${StageName}`;

export const HOOK_POSITIONS: readonly HookPosition[] = STAGES.flatMap((stage) => [
  `before:${stage}` as const,
  `after:${stage}` as const,
]);

/**
 * What a hook sees. Messages may be replaced up to `before:inference`; the text from `after:inference` to `before:stream`,
 * by hooks that were there when the request reached inference. Otherwise it is out already, and a change is ignored.
 */
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
  /** False: it is passed over. Whoever changes it has the steps fitted again. */
  readonly enabled?: boolean;
  run(subject: HookSubject): HookResult | Promise<HookResult>;
}

interface Entry {
  readonly hook: Hook;
}

/** The hooks of all ten positions. */
export class Hooks {
  /** Some job may have been held: the text of it is to be released. */
  held = false;
  private readonly byPosition = new Map<HookPosition, readonly Entry[]>();

  /** Appends a hook; the returned function takes it out again. */
  add(position: HookPosition, hook: Hook): () => void {
    // An entry of its own: a hook that was added twice is taken out once at a time.
    const entry = { hook };
    this.byPosition.set(position, [...this.entriesAt(position), entry]);
    return () => {
      this.byPosition.set(
        position,
        this.entriesAt(position).filter((other) => other !== entry),
      );
    };
  }

  /** Those that are not passed over. */
  at(position: HookPosition): readonly Hook[] {
    return this.entriesAt(position).flatMap(({ hook }) => (hook.enabled === false ? [] : [hook]));
  }

  private entriesAt(position: HookPosition): readonly Entry[] {
    return this.byPosition.get(position) ?? [];
  }

  /** The stage's work with its hooks around it; the work itself when it has none, so that hooks nobody set cost nothing. */
  around(stage: number, work: Step<Job>): Step<Job> {
    const before = this.at(`before:${STAGES[stage]!}`);
    const after = this.at(`after:${STAGES[stage]!}`);
    const hold = stage === INFERENCE && this.changeText;
    if (hold) this.held = true;
    if (before.length === 0 && after.length === 0 && !hold) return work;
    const parts: Step<Job>[] = [
      (job) => runHooks(before, job, stage <= INFERENCE ? keepMessages : keepText),
      work,
      (job) => runHooks(after, job, stage < INFERENCE ? keepMessages : keepText),
    ];
    return (job) => {
      // Streamed text must equal collected text: what a later hook may still change is not shown yet.
      if (hold) job.hold();
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

/** Takes over what a hook may change at its position. */
type Keep = (job: Job, subject: HookSubject) => void;

const keepMessages: Keep = (job, subject) => {
  job.messages = subject.messages;
};

const keepText: Keep = (job, subject) => {
  if (job.held) job.rewrite(subject.text);
};

function runHooks(hooks: readonly Hook[], job: Job, keep: Keep, from = 0): void | Promise<void> {
  for (let i = from; i < hooks.length; i++) {
    const hook = hooks[i]!;
    const subject: HookSubject = { request: job.request, messages: job.messages, text: job.text };
    const goesOn = (result: unknown): boolean => {
      // A request that ended while its hook was busy stays as it ended.
      if (job.ended !== null) return false;
      keep(job, subject);
      return decide(hook, result, job);
    };
    let result: HookResult | PromiseLike<HookResult>;
    try {
      result = hook.run(subject);
    } catch (thrown) {
      job.fail(broken(hook, thrown));
      return undefined;
    }
    if (isPromise(result)) {
      return Promise.resolve(result).then(
        (later) => (goesOn(later) ? runHooks(hooks, job, keep, i + 1) : undefined),
        (thrown) => {
          job.fail(broken(hook, thrown));
        },
      );
    }
    if (!goesOn(result)) return undefined;
  }
  return undefined;
}

const isPromise = (result: unknown): result is PromiseLike<HookResult> =>
  typeof (result as Partial<PromiseLike<HookResult>> | null | undefined)?.then === 'function';

/** True when the next hook of this position runs. */
function decide(hook: Hook, result: unknown, job: Job): boolean {
  if (result === undefined || result === 'continue') return true;
  if (result === 'abort') return false;
  const error = (result as { error?: unknown } | null)?.error;
  const message = typeof error === 'string' ? error : 'it returned neither continue, abort nor an error';
  job.fail(new OrchestratorError('plugin_failed', `${hook.name}: ${message}`));
  return false;
}

function broken(hook: Hook, thrown: unknown): OrchestratorError {
  return new OrchestratorError('plugin_failed', `${hook.name} threw: ${messageOf(thrown)}`, { cause: thrown });
}
