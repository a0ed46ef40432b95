import type { ServerCall, ServerReply } from '../../../commands/shared/server-client.ts';
import type { Dice } from '../dice.ts';

/** What a prompt leads to: an effect, a failure that is remembered, or a refusal that is not. */
type End = 'answered' | 'failed' | 'refused';

const URL = 'http://receiver';

/** Whoever gets what is replayed, and counts what it has done. */
export class Receiver {
  /** Effects of each prompt. */
  readonly effects = new Map<string, number>();
  /** Nothing fails any more. */
  healed = false;
  private readonly dice: Dice;
  /** By idempotency key. */
  private readonly remembered = new Map<string, End>();

  constructor(dice: Dice) {
    this.dice = dice;
  }

  /** Does what it is asked for, each time anew. */
  handle(prompt: string): End {
    const end = this.healed ? 'answered' : this.dice.weighted({ answered: 6, failed: 2, refused: 1 });
    if (end === 'answered') this.effects.set(prompt, (this.effects.get(prompt) ?? 0) + 1);
    return end;
  }

  /** The same behind a server that knows the keys of what it has done. */
  post({ headers, body }: ServerCall): ServerReply {
    const key = headers!['idempotency-key']!;
    const before = this.remembered.get(key);
    const { messages } = body as { readonly messages: readonly { readonly content: string }[] };
    const end = before ?? this.handle(messages[0]!.content);
    const reply = { 'idempotent-replayed': String(before !== undefined) };
    if (end === 'refused') {
      const error = { code: 'queue_full', message: 'There is no room.' };
      return { url: URL, status: 503, headers: new Headers(reply), body: { error } };
    }
    this.remembered.set(key, end);
    const known = new Headers({ ...reply, 'idempotency-key': key, 'x-orchestrator-attempts': '1' });
    if (end === 'answered') return { url: URL, status: 200, headers: known, body: { output: 'done' } };
    const error = { code: 'provider_failed', message: 'It failed.' };
    return { url: URL, status: 502, headers: known, body: { error } };
  }
}
