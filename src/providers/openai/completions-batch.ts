import type { Attempt } from '../../core/attempt.ts';
import { messageText } from '../../core/request.ts';
import { type BatchAttempt, type BatchDialect, membersOf } from '../http/batch.ts';
import {
  type AnswerReader,
  Complained,
  looseCount,
  looseList,
  looseObject,
  looseText,
  Misshapen,
  type Progress,
} from '../http/dialect.ts';

const PATH = '/completions';
const END = '[DONE]';
/** The API's own default is 16 tokens, which is an answer to nothing. */
const DEFAULT_MAX_TOKENS = 4096;
/** A count with every event, which is that of its own prompt; the one at the end is of all together. */
const COUNTED = { include_usage: true, continuous_usage_stats: true };

/**
 * `POST /v1/completions` with a list of prompts, as vLLM and llama.cpp offer it. It knows no roles: only a request that is
 * a single user message goes this way, and the server's chat template is not applied to it.
 */
export const completionsBatch = (unnamedModel: string): BatchDialect => ({
  framing: 'events',
  terminated: true,
  prompt({ messages, tools }) {
    const [only] = messages;
    if (messages.length !== 1 || only?.role !== 'user' || tools.length > 0) return null;
    return typeof only.content === 'string' ? only.content : null;
  },
  request(attempt) {
    const { members, model, parameters } = membersOf(attempt);
    const { tool_choice: _choice, parallel_tool_calls: _parallel, ...same } = parameters;
    const prompt = members.map(({ messages }) => messageText(messages[0]!));
    const body = { max_tokens: DEFAULT_MAX_TOKENS, ...same, prompt, stream: true, stream_options: COUNTED };
    return { path: PATH, body: model === unnamedModel ? body : { model, ...body } };
  },
  reader: (attempt) => new CompletionsReader(membersOf(attempt)),
});

/** The last that is said of a prompt counts. */
function count(member: Attempt, usage: ReturnType<typeof looseObject>): void {
  if (usage === null) return;
  const [input, output] = [looseCount(usage['prompt_tokens']), looseCount(usage['completion_tokens'])];
  if (input >= 0) member.inputTokens = input;
  if (output >= 0) member.outputTokens = output;
}

class CompletionsReader implements AnswerReader {
  private readonly batch: BatchAttempt;

  constructor(batch: BatchAttempt) {
    this.batch = batch;
  }

  piece(data: string, name: string | undefined): Progress {
    if (data === END) {
      this.endAll();
      return 'done';
    }
    const chunk = looseObject(JSON.parse(data)) ?? {};
    if (name === 'error' || (chunk['error'] !== undefined && chunk['error'] !== null)) {
      throw new Complained(chunk['error'] === undefined ? { error: chunk } : chunk);
    }
    return this.read(chunk) ? 'token' : 'quiet';
  }

  whole(document: unknown): void {
    const completion = looseObject(document) ?? {};
    if (looseList(completion['choices']).length === 0) throw new Misshapen('there are no choices in it');
    this.read(completion);
    this.endAll();
  }

  close(): void {}

  /** Whether anything was said. */
  private read(chunk: { readonly [field: string]: unknown }): boolean {
    const model = looseText(chunk['model']);
    const choices = looseList(chunk['choices']);
    let said = false;
    for (const one of choices) {
      const choice = looseObject(one) ?? {};
      const member = this.batch.members[Math.max(looseCount(choice['index']), 0)];
      if (member === undefined) continue;
      if (model !== '') member.model = model;
      if (choices.length === 1) count(member, looseObject(chunk['usage']));
      const text = looseText(choice['text']);
      if (text !== '') {
        member.emit(text);
        said = true;
      }
      const reason = looseText(choice['finish_reason']);
      if (reason === '') continue;
      member.finishReason = reason;
      this.batch.end(member);
    }
    return said;
  }

  private endAll(): void {
    for (const member of this.batch.members) this.end(member);
  }

  private end(member: Attempt): void {
    member.finishReason ??= 'stop';
    this.batch.end(member);
  }
}
