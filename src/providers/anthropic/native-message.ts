import type { Attempt } from '../../core/attempt.ts';
import type { NativeAnswer, NativeFields } from '../../core/native.ts';
import { grown, overlaid } from '../native-fields.ts';

/** Collects a message block by block, for a caller who speaks this dialect. */
export class NativeMessage {
  private readonly attempt: Attempt;
  private fields: NativeFields = {};
  private readonly blocks = new Map<number, NativeFields>();
  /** JSON text of a block's input so far. */
  private readonly inputs = new Map<number, string>();

  /** Null for any other caller. */
  static for(attempt: Attempt): NativeMessage | null {
    return attempt.parameters.native?.dialect === 'anthropic' ? new NativeMessage(attempt) : null;
  }

  private constructor(attempt: Attempt) {
    this.attempt = attempt;
  }

  /** Fields of the message at its start, whole, or of a `message_delta`; id and model of the reply are told elsewhere. */
  about({ id: _id, type: _type, role: _role, model: _model, content: _content, ...rest }: NativeFields): void {
    this.fields = overlaid(this.fields, rest);
  }

  start(index: number, block: NativeFields): void {
    this.blocks.set(index, block);
    if (block['type'] === 'tool_use') return;
    const event = {
      type: 'content_block_start',
      content_block: block['type'] === 'text' ? { ...block, text: '' } : block,
    };
    this.attempt.aside({ kind: 'native', dialect: 'anthropic', event });
  }

  delta(index: number, delta: NativeFields): void {
    const { type, partial_json, citation, ...rest } = delta;
    const block = this.blocks.get(index) ?? {};
    if (type === 'input_json_delta')
      this.inputs.set(index, (this.inputs.get(index) ?? '') + String(partial_json ?? ''));
    else if (type === 'citations_delta')
      this.blocks.set(index, grown({ citations: [], ...block, ...listed(block) }, { citations: [citation] }));
    else this.blocks.set(index, grown(block, rest));
    if (type === 'text_delta' || block['type'] === 'tool_use') return;
    this.attempt.aside({ kind: 'native', dialect: 'anthropic', event: { type: 'content_block_delta', delta } });
  }

  stop(): void {
    this.attempt.aside({ kind: 'native', dialect: 'anthropic', event: { type: 'content_block_stop' } });
  }

  answer(): NativeAnswer {
    const blocks = [...this.blocks].sort(([a], [b]) => a - b);
    return {
      dialect: 'anthropic',
      fields: this.fields,
      message: {},
      blocks: blocks.map(([index, block]) => ({ ...block, ...this.inputOf(index) })),
    };
  }

  private inputOf(index: number): NativeFields {
    try {
      const text = this.inputs.get(index);
      return text === undefined || text === '' ? {} : { input: JSON.parse(text) };
    } catch {
      // The model broke off, or wrote it wrong: the text of the call has it as it is.
      return {};
    }
  }
}

/** A text block begins with null where its citations will be. */
const listed = ({ citations }: NativeFields): NativeFields => ({
  citations: Array.isArray(citations) ? citations : [],
});
