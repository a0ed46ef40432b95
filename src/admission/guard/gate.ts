import { OrchestratorError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import { messageText, type PromptRequest } from '../../core/request.ts';
import { sessionKey } from '../../core/session-key.ts';
import type { Answer, Check, Report } from '../admission.ts';
import type { PromptGuard } from './guard.ts';
import { Tails } from './tails.ts';
import { type GuardVerdict, type Origin, THREATS, type ThreatClass } from './verdict.ts';

/** Whether what is dangerous is refused, or only marked. */
export type GuardMode = 'block' | 'audit';

/** What the guard has seen since the start. */
export interface GuardPicture {
  readonly mode: GuardMode;
  /** Texts: a request's user messages count as one, each tool result and each passage as another. */
  readonly inspected: number;
  /** Of those, the ones that were kept out. */
  readonly blocked: number;
  readonly flagged: number;
  /** Of those blocked and flagged. */
  readonly by_class: Readonly<Partial<Record<ThreatClass, number>>>;
}

const CLASSES = [...THREATS, 'mixed'] as const;

/** The guard at the entry: judges requests, counts, reports, and refuses where it is to block. */
export class GuardGate {
  /** UTF-8 bytes of what the latest request says, where a look at it has told; -1 otherwise. */
  bytes = -1;
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

  /** Judges what a request says. */
  readonly check: Check = (job) => (this.isClear(job.request) ? null : this.judgeRequest(job));

  /** One plain prompt that a look is enough for, as most are. */
  private isClear({ messages, session }: PromptRequest): boolean {
    this.bytes = -1;
    if (messages.length !== 1 || session !== undefined) return false;
    const { role, content } = messages[0]!;
    if (role !== 'user' || typeof content !== 'string' || !this.guard.isClear(content)) return false;
    this.counts.inspected++;
    // What is clear is ASCII.
    this.bytes = content.length;
    return true;
  }

  private judgeRequest(job: Job): Answer {
    const worst = this.worst(job.request);
    if (worst === null || worst.verdict.action === 'allow' || !this.refuses(job, worst)) return null;
    const message = `The prompt guard refused the request. ${worst.verdict.reason}`;
    return { status: 'blocked', error: new OrchestratorError('prompt_blocked', message) };
  }

  /** Judges text that is to join a request on its way, such as a passage that was looked up; false keeps it out. */
  readonly admits = (job: Job, text: string): boolean => {
    const verdict = this.judge(text, 'context');
    return verdict.action === 'allow' || !this.refuses(job, { verdict, origin: 'context' });
  };

  private judge(text: string, origin: Origin, before = ''): GuardVerdict {
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
  private worst(request: PromptRequest): Judged | null {
    const { messages, session } = request;
    const [only] = messages;
    if (messages.length === 1 && session === undefined && only!.role === 'user') {
      return { verdict: this.judge(messageText(only!), 'user'), origin: 'user' };
    }
    let worst: Judged | null = null;
    const consider = (verdict: GuardVerdict, origin: Origin): void => {
      if (worst === null || isWorse(verdict, worst.verdict)) worst = { verdict, origin };
    };
    let said = '';
    let turns = 0;
    for (const message of request.messages) {
      if (message.role === 'tool') consider(this.judge(messageText(message), 'tool'), 'tool');
      else if (message.role === 'user') {
        const text = messageText(message);
        said = turns++ === 0 ? text : `${said}\n${text}`;
      }
    }
    if (turns > 0) consider(this.judgeTurns(request, said, turns), 'user');
    return worst;
  }

  private judgeTurns({ session, tenant }: PromptRequest, said: string, turns: number): GuardVerdict {
    if (session === undefined) return this.judge(said, 'user');
    const key = sessionKey(session, tenant);
    // Several turns are the history itself.
    const verdict = this.judge(said, 'user', turns === 1 ? this.tails.get(key) : '');
    this.tails.set(key, verdict.action === 'allow' ? said : null);
    return verdict;
  }

  /** Notes, counts and reports what is wrong; true when it may not go on. */
  private refuses(job: Job, { verdict, origin }: Judged): boolean {
    const { action, class: kind, score, evidence } = verdict;
    if ((job.notes?.guard?.score ?? 0) < score) {
      job.notes = { ...job.notes, guard: { action, class: kind, score, evidence } };
    }
    const blocked = action === 'block' && this.mode === 'block';
    this.counts[blocked ? 'blocked' : 'flagged']++;
    this.byClass.set(kind, (this.byClass.get(kind) ?? 0) + 1);
    this.report(blocked ? 'admission.blocked' : 'admission.flagged', {
      id: job.id,
      origin,
      class: kind,
      score,
      evidence,
    });
    return blocked;
  }
}

const SEVERITY = { allow: 0, flag: 1, block: 2 } as const;

/** The action counts first: what is blocked for its length alone has a middling score. */
function isWorse(one: GuardVerdict, other: GuardVerdict): boolean {
  return SEVERITY[one.action] - SEVERITY[other.action] > 0 || (one.action === other.action && one.score > other.score);
}

interface Judged {
  readonly verdict: GuardVerdict;
  readonly origin: Origin;
}
