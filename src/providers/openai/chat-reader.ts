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
import { NativeChat } from './native-chat.ts';
import { ToolCallCollector } from './tool-calls.ts';

const END = '[DONE]';

/** Reads chat completions: chunks up to `[DONE]`, or one whole completion. */
export class ChatReader implements AnswerReader {
  private readonly attempt: Attempt;
  private readonly template = new TextTemplate('content');
  /** Null while the model calls none. */
  private calls: ToolCallCollector | null = null;
  private readonly native: NativeChat | null;

  constructor(attempt: Attempt) {
    this.attempt = attempt;
    this.native = NativeChat.for(attempt);
  }

  run(events: string, from: number): number {
    const said = this.template.textsIn(events, from);
    if (said === null) return from;
    this.attempt.emit(said);
    return this.template.end;
  }

  piece(data: string, name: string | undefined): Progress {
    const same = this.template.textIn(data);
    if (same !== null) {
      this.attempt.emit(same);
      return 'token';
    }
    if (data === END) return 'done';
    const chunk = looseObject(JSON.parse(data));
    if (chunk === null) return 'quiet';
    if (name === 'error' || (chunk['error'] !== undefined && chunk['error'] !== null) || chunk['object'] === 'error') {
      throw new Complained(chunk['error'] === undefined ? { error: chunk } : chunk);
    }
    this.identify(chunk);
    // One answer is asked for; others that a server sends along are not mixed into it.
    const choice = looseObject(looseList(chunk['choices']).find((one) => (looseObject(one)?.['index'] ?? 0) === 0));
    if (choice === null) return 'quiet';
    this.finish(choice);
    const delta = looseObject(choice['delta']) ?? {};
    const text = looseText(delta['content']);
    if (text !== '' && this.native === null && delta['tool_calls'] == null) {
      this.template.learn(data, text, name);
    }
    return this.said(choice, delta) ? 'token' : 'quiet';
  }

  whole(document: unknown): void {
    const completion = looseObject(document) ?? {};
    const choice = looseObject(looseList(completion['choices'])[0]);
    if (choice === null) throw new Misshapen('there are no choices in it');
    this.identify(completion);
    this.finish(choice);
    this.said(choice, looseObject(choice['message']) ?? {});
  }

  close(): void {
    if (this.calls !== null) this.attempt.toolCalls = this.calls.list();
    if (this.native !== null) this.attempt.native = this.native.answer();
  }

  private identify(chunk: Loose): void {
    const { attempt } = this;
    this.native?.about(chunk);
    const model = looseText(chunk['model']);
    // The same name stays the same string: what is kept of a request would else keep one of its own.
    if (model !== '' && model !== attempt.model) attempt.model = model;
    const usage = looseObject(chunk['usage']);
    if (usage === null) return;
    attempt.inputTokens = looseCount(usage['prompt_tokens']);
    attempt.outputTokens = looseCount(usage['completion_tokens']);
    const read = looseCount(looseObject(usage['prompt_tokens_details'])?.['cached_tokens']);
    if (read >= 0) attempt.cached = { read, write: 0 };
  }

  private finish(choice: Loose): void {
    const reason = looseText(choice['finish_reason']);
    if (reason !== '') this.attempt.finishReason = reason === 'function_call' ? 'tool_calls' : reason;
  }

  /** Whether the model said anything; what it thinks aloud (`reasoning_content`) counts, and is not part of the answer. */
  private said(choice: Loose, delta: Loose): boolean {
    this.native?.choice(choice, delta);
    // A refusal is the answer, unless the caller knows it for what it is.
    const text = looseText(delta['content']) || (this.native === null ? looseText(delta['refusal']) : '');
    if (text !== '') this.attempt.emit(text);
    const calls = looseList(delta['tool_calls']);
    for (const [place, one] of calls.entries()) this.call(looseObject(one) ?? {}, place);
    const thought =
      looseText(delta['refusal']) || looseText(delta['reasoning_content']) || looseText(delta['reasoning']);
    return text !== '' || calls.length > 0 || thought !== '';
  }

  private call(delta: Loose, place: number): void {
    const called = looseObject(delta['function']) ?? {};
    const index = looseCount(delta['index']);
    const piece = {
      id: looseText(delta['id']),
      name: looseText(called['name']),
      arguments: looseText(called['arguments']),
    };
    this.calls ??= new ToolCallCollector();
    this.attempt.aside({ kind: 'tool_call', ...this.calls.add(index < 0 ? place : index, piece) });
  }
}
