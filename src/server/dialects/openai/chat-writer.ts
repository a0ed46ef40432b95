import type { OrchestratorError } from '../../../core/errors.ts';
import type { OutcomeRecord } from '../../../core/outcome.ts';
import type { Voice } from '../../streams/event-stream.ts';
import type { Piece } from '../pieces.ts';
import type { Begun, Frame, ReplyWriter } from '../reply-stream.ts';
import { aboutOf, finishReason, type ReplyHead, toolCallOf, usageOf } from './chat-reply.ts';
import { openAiError } from './refusal.ts';

const END: Frame = [null, '[DONE]'];

export interface WriterOptions {
  readonly head: Omit<ReplyHead, 'model' | 'id'>;
  /** What ids of such replies begin with. */
  readonly prefix: string;
  /** A last chunk tells the tokens; the others then say that they don't. */
  readonly includeUsage: boolean;
  readonly requestId: string;
}

/** Failures are told within the stream, in data without a name: this API's events have none. */
const voice: Voice = {
  pulse: ': still here\n\n',
  error: (error, requestId) => `data: ${JSON.stringify(openAiError(error, requestId))}\n\n`,
};

/** An answer as chunks of a chat completion, up to `[DONE]`. */
export class ChatWriter implements ReplyWriter {
  readonly voice = voice;
  private readonly options: WriterOptions;
  private head: ReplyHead;
  private opened = false;
  /** Places of the calls told so far, counted from 0 here whatever a provider counts. */
  private readonly places = new Map<number, number>();

  constructor(options: WriterOptions) {
    this.options = options;
    this.head = { ...options.head, id: '', model: '' };
  }

  begin({ id, model }: Begun): readonly Frame[] {
    this.head = { ...this.options.head, id: `${this.options.prefix}${id}`, model };
    return [];
  }

  piece(piece: Piece): readonly Frame[] {
    return [...this.opening(typeof piece === 'string'), this.chunk(this.choiceOf(piece))];
  }

  /** The first chunk says who speaks, and whether it begins with text. */
  private opening(text: boolean): readonly Frame[] {
    if (this.opened) return [];
    this.opened = true;
    return [this.chunk({ delta: { role: 'assistant', content: text ? '' : null } })];
  }

  private choiceOf(piece: Piece): object {
    if (typeof piece === 'string') return { delta: { content: piece } };
    if (piece.kind === 'native') return piece.event;
    const { id, name, arguments: text = '' } = piece;
    const index = this.places.get(piece.index) ?? this.places.size;
    this.places.set(piece.index, index);
    const call =
      id === undefined
        ? { index, function: { arguments: text } }
        : { index, id, type: 'function', function: { name, arguments: text } };
    return { delta: { tool_calls: [call] } };
  }

  whole(record: OutcomeRecord): readonly Frame[] {
    const { output = '', native } = record;
    const beside = native?.dialect === 'openai' ? native.message : {};
    return [
      ...(Object.keys(beside).length === 0
        ? []
        : this.piece({ kind: 'native', dialect: 'openai', event: { delta: {}, ...beside } })),
      ...(output === '' ? [] : this.piece(output)),
    ];
  }

  end(record: OutcomeRecord): readonly Frame[] {
    const { tool_calls } = record;
    const about = aboutOf(record);
    const calls = this.places.size > 0 ? [] : (tool_calls ?? []).map((call, index) => ({ index, ...toolCallOf(call) }));
    return [
      ...this.opening(calls.length === 0),
      ...(calls.length === 0 ? [] : [this.chunk({ delta: { tool_calls: calls } })]),
      this.chunk({ delta: {}, finish_reason: finishReason(record) }, about),
      ...(this.options.includeUsage ? [this.frame([], { ...about, usage: usageOf(record) })] : []),
      END,
    ];
  }

  fail(error: OrchestratorError): readonly Frame[] {
    return [[null, openAiError(error, this.options.requestId)]];
  }

  private chunk(choice: object, about: object = {}): Frame {
    return this.frame([{ index: 0, delta: {}, finish_reason: null, ...choice }], about);
  }

  private frame(choices: readonly object[], about: object): Frame {
    return [null, { ...this.head, choices, ...(this.options.includeUsage ? { usage: null } : {}), ...about }];
  }
}

/** The same for the API before chat: text, and nothing else. */
export class CompletionWriter implements ReplyWriter {
  readonly voice = voice;
  private readonly options: WriterOptions;
  private head: ReplyHead;

  constructor(options: WriterOptions) {
    this.options = options;
    this.head = { ...options.head, id: '', model: '' };
  }

  begin({ id, model }: Begun): readonly Frame[] {
    this.head = { ...this.options.head, id: `${this.options.prefix}${id}`, model };
    return [];
  }

  piece(piece: Piece): readonly Frame[] {
    return typeof piece === 'string' ? [this.chunk(piece, null)] : [];
  }

  whole({ output = '' }: OutcomeRecord): readonly Frame[] {
    return output === '' ? [] : this.piece(output);
  }

  end(record: OutcomeRecord): readonly Frame[] {
    const usage: readonly Frame[] = this.options.includeUsage
      ? [[null, { ...this.head, choices: [], usage: usageOf(record) }]]
      : [];
    return [this.chunk('', finishReason(record)), ...usage, END];
  }

  fail(error: OrchestratorError): readonly Frame[] {
    return [[null, openAiError(error, this.options.requestId)]];
  }

  private chunk(text: string, finish_reason: string | null): Frame {
    return [null, { ...this.head, choices: [{ index: 0, text, logprobs: null, finish_reason }] }];
  }
}
