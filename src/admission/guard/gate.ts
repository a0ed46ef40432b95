import { OrchestratorError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import { messageText, type PromptRequest } from '../../core/request.ts';
import type { Check, Report } from '../admission.ts';
import type { PromptGuard } from './guard.ts';
import { Tails } from './tails.ts';
import { type GuardVerdict, type Origin, THREATS, type ThreatClass } from './verdict.ts';

/** Whether what is dangerous is refused, or only marked. */
export type GuardMode = 'block' | 'audit';

/** What the guard has seen since the start. */
export interface GuardPicture {
  readonly mode: GuardMode;
  /** Texts: a request's user messages count as one, each of its tool results as another. */
  readonly inspected: number;
  readonly blocked: number;
  readonly flagged: number;
  /** Of those blocked and flagged. */
  readonly by_class: Readonly<Partial<Record<ThreatClass, number>>>;
}

const CLASSES = [...THREATS, 'mixed'] as const;

/** The guard at the entry: judges requests, counts, reports, and refuses where it is to block. */
export class GuardGate {
  private readonly guard: PromptGuard;
  private readonly mode: GuardMode;
  private readonly report: Report;
  private readonly tails = new Tails();
  private readonly counts = { inspected: 0, blocked: 0, flagged: 0 };
  private readonly byClass = new Map<ThreatClass, number>();

  constructor(guard: PromptGuard, mode: GuardMode, report: Report) {
    this.guard = guard;
    this.mode = mode;
    this.report = report;
  }

  readonly check: Check = (job) => {
    const verdict = this.worst(job.request);
    if (verdict === null || verdict.action === 'allow') return null;
    return this.conclude(job, verdict);
  };

  /** Judges one text of a request that is on its way: a passage that was looked up, the result of a tool. */
  judge(text: string, origin: Origin, before = ''): GuardVerdict {
    this.counts.inspected++;
    return this.guard.inspect(text, origin, before);
  }

  read(): GuardPicture {
    const counted = CLASSES.flatMap((name) =>
      this.byClass.has(name) ? [[name, this.byClass.get(name)!] as const] : [],
    );
    return { mode: this.mode, ...this.counts, by_class: Object.fromEntries(counted) };
  }

  /** The worst of what a request says: its user messages together, as an attack may be split over them, and each tool result. */
  private worst(request: PromptRequest): GuardVerdict | null {
    let verdict: GuardVerdict | null = null;
    let said = '';
    let turns = 0;
    for (const message of request.messages) {
      if (message.role === 'tool') {
        const other = this.judge(messageText(message), 'tool');
        if (verdict === null || other.score > verdict.score) verdict = other;
      } else if (message.role === 'user') {
        const text = messageText(message);
        said = turns++ === 0 ? text : `${said}\n${text}`;
      }
    }
    if (turns === 0) return verdict;
    const own = this.judgeTurns(request, said, turns);
    return verdict === null || own.score > verdict.score ? own : verdict;
  }

  private judgeTurns({ session, tenant }: PromptRequest, said: string, turns: number): GuardVerdict {
    if (session === undefined) return this.judge(said, 'user');
    const key = `${tenant ?? ''}\n${session}`;
    // Several turns are the history itself.
    const verdict = this.judge(said, 'user', turns === 1 ? this.tails.get(key) : '');
    this.tails.set(key, verdict.action === 'allow' ? said : null);
    return verdict;
  }

  private conclude(job: Job, verdict: GuardVerdict): ReturnType<Check> {
    const { action, class: kind, score, evidence, reason } = verdict;
    job.notes = { ...job.notes, guard: { action, class: kind, score, evidence } };
    const blocked = action === 'block' && this.mode === 'block';
    this.counts[blocked ? 'blocked' : 'flagged']++;
    this.byClass.set(kind, (this.byClass.get(kind) ?? 0) + 1);
    this.report(blocked ? 'admission.blocked' : 'admission.flagged', { id: job.id, class: kind, score, evidence });
    if (!blocked) return null;
    return {
      status: 'blocked',
      error: new OrchestratorError('prompt_blocked', `The prompt guard refused the request. ${reason}`),
    };
  }
}
