import type { Attempt } from '../../core/attempt.ts';
import type { NativeAnswer, NativeFields } from '../../core/native.ts';
import { grown } from '../native-fields.ts';

/** Collects what a completion has beside text and tool calls, for a caller who speaks this dialect. */
export class NativeChat {
  private readonly attempt: Attempt;
  private fields: NativeFields = {};
  private message: NativeFields = {};

  /** Null for any other caller. */
  static for(attempt: Attempt): NativeChat | null {
    return attempt.parameters.native?.dialect === 'openai' ? new NativeChat(attempt) : null;
  }

  private constructor(attempt: Attempt) {
    this.attempt = attempt;
  }

  /** Of a chunk or a completion: id and time of the reply are ours, choices and model are read elsewhere. */
  about({
    id: _id,
    object: _object,
    created: _created,
    model: _model,
    choices: _choices,
    ...rest
  }: NativeFields): void {
    this.fields = { ...this.fields, ...rest };
  }

  /** The first choice of a chunk, or of a completion. */
  choice(choice: NativeFields, message: NativeFields): void {
    const { index: _index, delta: _delta, message: _message, finish_reason: _reason, ...beside } = choice;
    const { role: _role, content: _content, tool_calls: _calls, ...delta } = message;
    const told = meaning(beside);
    const said = meaning(delta);
    if (told === null && said === null) return;
    this.message = grown(this.message, { ...(said === null ? {} : { delta: said }), ...(told ?? {}) });
    this.attempt.aside({ kind: 'native', dialect: 'openai', event: { ...told, delta: said ?? {} } });
  }

  answer(): NativeAnswer {
    return { dialect: 'openai', fields: this.fields, message: this.message, blocks: [] };
  }
}

/** What is not null; null when nothing is left. */
function meaning(fields: NativeFields): NativeFields | null {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
