import type { Clock } from '../../src/core/clock.ts';
import { type OrchestratorError, toOrchestratorError } from '../../src/core/errors.ts';
import { errorRecord, type OutcomeRecord, type OutcomeStatus } from '../../src/core/outcome.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { LONGEST_OUTAGE_MS, type Outage } from '../../src/inference/routers/patience.ts';
import { type ServerClient, type ServerReply, serverError } from '../shared/server-client.ts';
import type { Submission } from './submission.ts';
import { type Target, type Try, UNASKED } from './target.ts';

/** Longer than the request's own deadline: the server tells when that has passed. */
const MARGIN_MS = 5000;
/** A server that does not say when to come back is asked again after so many milliseconds. */
const USUAL_WAIT_MS = 5000;

/**
 * A running server. Each try has a key that follows from the record and from how often it has failed for good before,
 * so that a replay that starts over asks for the very same tries: what the server has done it tells, and does not repeat.
 */
export class ServerTarget implements Target {
  readonly idempotent: boolean;
  private readonly client: ServerClient;
  private readonly control = new AbortController();
  /** Tries of a record that the server remembers. */
  private readonly done = new Map<string, number>();
  private readonly clock: Clock;
  /** Since when the server has nobody to ask, and until when it wants to be left alone; monotonic milliseconds. */
  private refused: { readonly since: number; readonly until: number } | null = null;

  constructor(clock: Clock, client: ServerClient, idempotent: boolean) {
    this.clock = clock;
    this.client = client;
    this.idempotent = idempotent;
  }

  /** The server at this address. Throws when nobody answers there, or the key is not the right one. */
  static async connect(clock: Clock, client: ServerClient): Promise<ServerTarget> {
    const { name } = await client.get<{ readonly name: string }>('/version', 'name');
    return new ServerTarget(clock, client, name === 'orchestrator');
  }

  async send(submission: Submission, answered: (record: OutcomeRecord) => Promise<void>): Promise<Try> {
    const { request, round, deadlineMs } = submission;
    const tries = this.done.get(submission.key) ?? 0;
    const key = `replay-${submission.key.slice(0, 40)}-${round}-${tries}`;
    let reply: ServerReply;
    try {
      reply = await this.client.call('POST', '/v1/prompt', {
        body: bodyOf(request),
        headers: {
          'idempotency-key': key,
          'x-orchestrator-deadline-ms': String(Math.max(1, deadlineMs)),
          // The letter is here already; one for each try there would multiply it.
          'x-orchestrator-no-dead-letter': 'true',
        },
        timeoutMs: deadlineMs + MARGIN_MS,
        signal: this.control.signal,
      });
    } catch (thrown) {
      return failure(request, toOrchestratorError(thrown), 0);
    }
    const remembered = reply.headers.get('idempotent-replayed') === 'true';
    const attempts = Number(reply.headers.get('x-orchestrator-attempts') ?? 0);
    if (reply.status === 200) this.refused = null;
    else {
      const error = serverError(reply);
      if (UNASKED.has(error.code)) this.leaveAlone(error.retryAfterMs ?? USUAL_WAIT_MS);
      // It stands for this failure from now on; the next try needs another key. One that was not even tried does not.
      const definite = reply.headers.get('idempotency-key') === key;
      if (definite) this.done.set(submission.key, tries + 1);
      return { ...failure(request, error, attempts), remembered, definite };
    }
    // Whatever stands in between may answer 200 as well; a letter that is taken for answered is gone.
    if (!isAnswer(reply.body)) return failure(request, serverError(reply), attempts);
    const record = recordOf(request, reply.body, attempts);
    try {
      await answered(record);
    } catch (thrown) {
      return failure(request, toOrchestratorError(thrown, 'storage_failed'), attempts);
    }
    return { record, along: [], remembered, definite: false };
  }

  /** What is sent to a server is the server's to pay for and to limit. */
  affordable(): 'yes' {
    return 'yes';
  }

  outage(): Outage | null {
    if (this.refused === null) return null;
    const now = this.clock.now();
    const next_try_ms = this.refused.until - now;
    const gives_up_ms = this.refused.since + LONGEST_OUTAGE_MS - now;
    return next_try_ms <= 0 || next_try_ms > gives_up_ms ? null : { provider: 'the server', next_try_ms, gives_up_ms };
  }

  private leaveAlone(forMs: number): void {
    const now = this.clock.now();
    this.refused = { since: this.refused?.since ?? now, until: now + forMs };
  }

  async interrupt(): Promise<void> {
    this.control.abort();
  }
}

/** What `POST /v1/prompt` takes. The deadline goes in a header: it is no part of the question. */
function bodyOf({ messages, session, model, metadata, priority, parameters, tools }: PromptRequest): object {
  return { messages, session_id: session, model, metadata, priority, parameters, tools };
}

type Answer = Partial<Pick<OutcomeRecord, 'output' | 'source' | 'provider' | 'model' | 'usage' | 'latency_ms'>> & {
  readonly finish_reason?: string | null;
  readonly tool_calls?: OutcomeRecord['tool_calls'];
};

function isAnswer(body: unknown): body is Answer {
  if (typeof body !== 'object' || body === null) return false;
  const { output, tool_calls } = body as Answer;
  return typeof output === 'string' || Array.isArray(tool_calls);
}

/** The outcome under the record's own id, as the engine of this program would tell it; null is absent. */
function recordOf({ id, session }: PromptRequest, answer: Answer, attempts: number): OutcomeRecord {
  const { output, source, provider, model, finish_reason, tool_calls, usage, latency_ms } = answer;
  const known = { source, provider, model, finish_reason, tool_calls, usage, latency_ms };
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value != null));
  return {
    id,
    status: 'completed',
    output: output ?? '',
    ...(session === undefined ? {} : { session_id: session }),
    ...given,
    attempts,
  };
}

const STATUSES: Readonly<Record<string, OutcomeStatus>> = {
  deadline_exceeded: 'expired',
  queue_full: 'shed',
  draining: 'shed',
};

function failure({ id }: PromptRequest, error: OrchestratorError, attempts: number): Try {
  return {
    record: { id, status: STATUSES[error.code] ?? 'failed', attempts, error: errorRecord(error) },
    along: [],
    remembered: false,
    definite: false,
  };
}
