import type { OrchestratorError } from '../../../core/errors.ts';
import type { Aside, NativeFields } from '../../../core/native.ts';
import type { OutcomeRecord } from '../../../core/outcome.ts';
import type { Voice } from '../../streams/event-stream.ts';
import type { Piece } from '../pieces.ts';
import type { Begun, Frame, ReplyWriter } from '../reply-stream.ts';
import { contentOf, endOf, messageHead, usageOf } from './message-reply.ts';
import { anthropicError } from './refusal.ts';

const voice: Voice = {
  pulse: 'event: ping\ndata: {"type":"ping"}\n\n',
  error: (error, requestId) => `event: error\ndata: ${JSON.stringify(anthropicError(error, requestId))}\n\n`,
};

/** A block that has begun and not ended. */
interface Open {
  readonly index: number;
  readonly type: string;
}

/**
 * An answer as the named events of this API. Text and calls from any provider become blocks; what a provider of this
 * dialect says beside them comes through as it is. Blocks of tool calls stay open side by side, as some providers send
 * pieces of several in turn.
 */
export class MessageWriter implements ReplyWriter {
  readonly voice = voice;
  private readonly requestId: string;
  private open: readonly Open[] = [];
  private blocks = 0;
  /** Blocks of the tool calls told so far. */
  private readonly calls = new Map<number, number>();

  constructor(requestId: string) {
    this.requestId = requestId;
  }

  begin({ id, model, inputTokens }: Begun): readonly Frame[] {
    const message = {
      ...messageHead(id, model),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: Math.max(0, inputTokens), output_tokens: 0 },
    };
    return [event({ type: 'message_start', message }), event({ type: 'ping' })];
  }

  piece(piece: Piece): readonly Frame[] {
    if (typeof piece === 'string') return this.text(piece);
    return piece.kind === 'tool_call' ? this.toolCall(piece) : this.native(piece.event);
  }

  whole(record: OutcomeRecord): readonly Frame[] {
    return contentOf(record).flatMap((block, index) => this.block(block, index));
  }

  private block(block: NativeFields, index: number): readonly Frame[] {
    const { type, text, thinking, signature, id, name, input } = block;
    if (type === 'text') return [...this.start({ ...block, text: '' }), ...this.text(String(text))];
    if (type === 'tool_use') {
      const call = { id: String(id), name: String(name), arguments: JSON.stringify(input) };
      return this.toolCall({ kind: 'tool_call', index, ...call });
    }
    if (type !== 'thinking') return this.start(block);
    const started = this.start({ ...block, thinking: '', signature: '' });
    const at = this.open.at(-1)!.index;
    return [
      ...started,
      this.delta(at, { type: 'thinking_delta', thinking }),
      ...(signature === undefined ? [] : [this.delta(at, { type: 'signature_delta', signature })]),
    ];
  }

  end(record: OutcomeRecord): readonly Frame[] {
    const { tool_calls = [] } = record;
    const untold = this.calls.size > 0 ? [] : tool_calls;
    const { stop_reason, stop_sequence, ...beside } = endOf(record);
    return [
      ...untold.flatMap((call, index) => this.toolCall({ kind: 'tool_call', index, ...call })),
      ...this.closeAll(),
      event({
        type: 'message_delta',
        delta: { stop_reason, stop_sequence, ...beside },
        usage: usageOf(record),
      }),
      event({ type: 'message_stop' }),
    ];
  }

  fail(error: OrchestratorError): readonly Frame[] {
    return [event(anthropicError(error, this.requestId))];
  }

  private text(text: string): readonly Frame[] {
    const last = this.open.at(-1);
    const before = last?.type === 'text' ? [] : this.start({ type: 'text', text: '' });
    return [...before, this.delta(this.open.at(-1)!.index, { type: 'text_delta', text })];
  }

  private toolCall({ index, id, name, arguments: text }: Extract<Aside, { kind: 'tool_call' }>): readonly Frame[] {
    const frames: Frame[] = [];
    if (!this.calls.has(index)) {
      const beside = this.open.every(({ type }) => type === 'tool_use');
      frames.push(...(beside ? [] : this.closeAll()), this.opened({ type: 'tool_use', id, name, input: {} }));
      this.calls.set(index, this.open.at(-1)!.index);
    }
    if (text !== undefined && text !== '') {
      frames.push(this.delta(this.calls.get(index)!, { type: 'input_json_delta', partial_json: text }));
    }
    return frames;
  }

  private native({ type, content_block, delta }: NativeFields): readonly Frame[] {
    if (type === 'content_block_start') return this.start(content_block as NativeFields);
    const last = this.open.at(-1);
    if (last === undefined) return [];
    if (type === 'content_block_delta') return [this.delta(last.index, delta as NativeFields)];
    this.open = this.open.slice(0, -1);
    return [event({ type: 'content_block_stop', index: last.index })];
  }

  private start(block: NativeFields): readonly Frame[] {
    return [...this.closeAll(), this.opened(block)];
  }

  private opened(content_block: NativeFields): Frame {
    const index = this.blocks++;
    this.open = [...this.open, { index, type: String(content_block['type']) }];
    return event({ type: 'content_block_start', index, content_block });
  }

  private closeAll(): readonly Frame[] {
    const frames = this.open.map(({ index }) => event({ type: 'content_block_stop', index }));
    this.open = [];
    return frames;
  }

  private delta(index: number, delta: NativeFields): Frame {
    return event({ type: 'content_block_delta', index, delta });
  }
}

/** An event is named as its type. */
const event = (data: { readonly type: string } & NativeFields): Frame => [data.type, data];
