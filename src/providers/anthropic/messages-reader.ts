import type { Attempt } from '../../core/attempt.ts';
import {
  type AnswerReader,
  Complained,
  type Loose,
  looseCount,
  looseList,
  looseObject,
  looseText,
  Misshapen,
  type Progress,
} from '../http/dialect.ts';
import { TextTemplate } from '../http/text-template.ts';
import { ToolCallCollector } from '../openai/tool-calls.ts';
import { NativeMessage } from './native-message.ts';

/** How an answer ended, in the words of every provider here. */
const REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** Reads the named events of the Messages API up to `message_stop`, or one whole message. */
export class MessagesReader implements AnswerReader {
  private readonly attempt: Attempt;
  private readonly template = new TextTemplate('text');
  private readonly calls = new ToolCallCollector();
  /** Indices of the blocks that are tool calls. */
  private readonly uses = new Set<number>();
  private readonly native: NativeMessage | null;

  constructor(attempt: Attempt) {
    this.attempt = attempt;
    this.native = NativeMessage.for(attempt);
  }

  run(events: string, from: number): number {
    const said = this.template.textsIn(events, from);
    if (said === null) return from;
    this.attempt.emit(said);
    return this.template.end;
  }

  piece(data: string, name: string | undefined): Progress {
    const same = this.template.textIn(data);
    if (same !== null) return this.say(same);
    const event = looseObject(JSON.parse(data)) ?? {};
    switch (looseText(event['type']) || name) {
      case 'message_start':
        this.started(looseObject(event['message']) ?? {});
        return 'quiet';
      case 'content_block_start':
        return this.block(looseCount(event['index']), looseObject(event['content_block']) ?? {}, false);
      case 'content_block_delta': {
        const delta = looseObject(event['delta']) ?? {};
        if (delta['type'] === 'text_delta' && this.native === null) {
          this.template.learn(data, looseText(delta['text']), name);
        }
        return this.delta(looseCount(event['index']), delta);
      }
      case 'content_block_stop':
        this.native?.stop();
        return 'quiet';
      case 'message_delta':
        this.ended(looseObject(event['delta']) ?? {});
        this.native?.about(ofEnd(event));
        this.usage(looseObject(event['usage']), true);
        return 'quiet';
      case 'message_stop':
        return 'done';
      case 'error':
        throw new Complained(event);
      default:
        // `ping`, ends of blocks, and whatever the API adds.
        return 'quiet';
    }
  }

  whole(document: unknown): void {
    const message = looseObject(document) ?? {};
    if (!Array.isArray(message['content'])) throw new Misshapen('there is no content in it');
    this.started(message);
    for (const [index, one] of looseList(message['content']).entries()) this.block(index, looseObject(one) ?? {}, true);
    this.ended(message);
    this.usage(looseObject(message['usage']), true);
  }

  close(): void {
    this.attempt.toolCalls = this.calls.list();
    if (this.native !== null) this.attempt.native = this.native.answer();
  }

  private started(message: Loose): void {
    const model = looseText(message['model']);
    if (model !== '' && model !== this.attempt.model) this.attempt.model = model;
    this.native?.about(message);
    this.usage(looseObject(message['usage']), false);
  }

  /** @param complete the block is given whole, and not begun */
  private block(index: number, block: Loose, complete: boolean): Progress {
    this.native?.start(index, block);
    if (block['type'] === 'tool_use') {
      this.uses.add(index);
      const input = looseObject(block['input']);
      const whole = complete && input !== null ? { arguments: JSON.stringify(input) } : {};
      this.call(index, { id: looseText(block['id']), name: looseText(block['name']), ...whole });
      return 'token';
    }
    return this.say(looseText(block['text']));
  }

  private call(index: number, piece: Parameters<ToolCallCollector['add']>[1]): void {
    this.attempt.aside({ kind: 'tool_call', ...this.calls.add(index, piece) });
  }

  private delta(index: number, delta: Loose): Progress {
    this.native?.delta(index, delta);
    switch (delta['type']) {
      case 'text_delta':
        return this.say(looseText(delta['text']));
      case 'input_json_delta':
        // Server tools have JSON input as well, and are none of ours.
        if (this.uses.has(index)) this.call(index, { arguments: looseText(delta['partial_json']) });
        return 'token';
      case 'thinking_delta':
        return looseText(delta['thinking']) === '' ? 'quiet' : 'token';
      default:
        return 'quiet';
    }
  }

  private say(text: string): Progress {
    if (text === '') return 'quiet';
    this.attempt.emit(text);
    return 'token';
  }

  private ended(delta: Loose): void {
    const reason = looseText(delta['stop_reason']);
    if (reason !== '') this.attempt.finishReason = REASONS[reason] ?? reason;
  }

  /** Input tokens come in three parts here; elsewhere those of the cache are part of the input, and so they are here. */
  private usage(usage: Loose | null, final: boolean): void {
    if (usage === null) return;
    const { attempt } = this;
    const input = looseCount(usage['input_tokens']);
    if (input >= 0) {
      const read = looseCount(usage['cache_read_input_tokens']);
      const write = looseCount(usage['cache_creation_input_tokens']);
      attempt.inputTokens = input + Math.max(read, 0) + Math.max(write, 0);
      if (read >= 0 || write >= 0) attempt.cached = { read: Math.max(read, 0), write: Math.max(write, 0) };
    }
    // At the start it says 1 or so, which is no count of the answer.
    if (final) attempt.outputTokens = looseCount(usage['output_tokens']);
  }
}

/** The fields of a `message_delta`, in the places where a whole message has them. */
const ofEnd = ({ type: _type, delta, ...rest }: Loose): Loose => ({ ...rest, ...looseObject(delta) });
