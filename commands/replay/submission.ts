import { digestOf } from '../../src/core/canonical-json.ts';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import type { ReplayRecord } from '../../src/core/dead-letter-record.ts';
import { type Claimed, letterKey, type ReplayStore } from '../../src/schedule/replay-store.ts';

/** A record as it is sent. */
export interface Submission extends Claimed {
  readonly hops: number;
  readonly deadlineMs: number;
  /** How often it has failed in a way that its target remembers. */
  readonly round: number;
}

/** What a record leads to; a string says why it is passed over. */
export type Resolved = Submission | string;

type Infer = Extract<ReplayRecord, { kind: 'infer' }>;

/** Turns records into submissions, in the order of the input. */
export class Resolver {
  private readonly store: ReplayStore | null;
  private readonly timeoutMs: number;
  private readonly seen = new Map<string, number>();

  constructor(store: ReplayStore | null, timeoutMs: number) {
    this.store = store;
    this.timeoutMs = timeoutMs;
  }

  /** Begun in input order. A request without its prompt is looked up in the store; it is never sent as something else. */
  resolve(record: ReplayRecord): Resolved | Promise<Resolved> {
    switch (record.kind) {
      case 'letter':
        return this.ofLetter(record.letter);
      case 'infer':
        return this.ofInfer(record);
      case 'dropped':
        return this.lookUp(record.request_id);
    }
  }

  /** The caller's own deadline has passed long ago; each submission gets the time that the command line says. */
  private ofLetter({ request, hops }: DeadLetter): Resolved {
    const key = letterKey(request);
    if (this.count(key) > 1) return `is request ${request.id} once more`;
    return { key, request, hops: hops + 1, deadlineMs: this.timeoutMs, round: 0 };
  }

  private ofInfer({ kind: _, ...record }: Infer): Resolved {
    const { request_id, prompt, system, session_id, metadata = {}, deadline_secs, settings } = record;
    const nth = this.count(digestOf(record));
    if (request_id !== undefined && nth > 1) return `is request ${request_id} once more`;
    // The same prompt twice is two requests: the nth of its kind is the nth again when the input is read again.
    const key = digestOf({ record, nth });
    return {
      key,
      request: {
        id: request_id ?? `replay-${key.slice(0, 24)}`,
        messages: [
          ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
          { role: 'user', content: prompt },
        ],
        ...settings,
        ...(session_id === undefined ? {} : { session: session_id }),
        ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
        ...(deadline_secs === undefined ? {} : { deadline_ms: deadline_secs * 1000 }),
      },
      hops: 0,
      deadlineMs: Math.min(this.timeoutMs, (deadline_secs ?? Number.POSITIVE_INFINITY) * 1000),
      round: 0,
    };
  }

  private async lookUp(requestId: string): Promise<Resolved> {
    const letters = (await this.store?.letters.byRequest(requestId)) ?? [];
    const latest = letters.at(-1);
    if (latest !== undefined) return this.ofLetter(latest);
    return (await this.store?.journal.isAnswered(requestId)) === true
      ? 'was answered by an earlier replay'
      : `has no prompt, and request ${requestId} is not in the local store`;
  }

  private count(digest: string): number {
    const count = (this.seen.get(digest) ?? 0) + 1;
    this.seen.set(digest, count);
    return count;
  }
}
