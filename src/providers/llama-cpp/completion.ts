import type { Attempt } from '../../core/attempt.ts';
import type { Parameters } from '../../core/request.ts';
import {
  type AnswerReader,
  Complained,
  type Dialect,
  type Loose,
  looseCount,
  looseObject,
  looseText,
  Misshapen,
  type Progress,
} from '../http/dialect.ts';
import { plainPrompt } from '../http/plain-prompt.ts';

export const PATH = '/completion';

/** llama.cpp's own API: a prompt in, events up to the one that says `stop`. */
export const completionDialect: Dialect = {
  framing: 'events',
  terminated: true,
  request: (attempt, stream) => ({
    path: PATH,
    body: { prompt: plainPrompt(attempt, PATH), ...sampling(attempt.parameters), stream },
  }),
  reader: (attempt) => new CompletionReader(attempt),
};

/** Other names than elsewhere for the length only; the choice of tools means nothing without tools. */
export function sampling(parameters: Parameters): object {
  const { max_tokens, tool_choice: _choice, parallel_tool_calls: _parallel, native: _native, ...same } = parameters;
  return { ...same, ...(max_tokens === undefined ? {} : { n_predict: max_tokens }) };
}

export class CompletionReader implements AnswerReader {
  private readonly attempt: Attempt;

  constructor(attempt: Attempt) {
    this.attempt = attempt;
  }

  piece(data: string, name: string | undefined): Progress {
    const chunk = looseObject(JSON.parse(data)) ?? {};
    if (name === 'error' || looseObject(chunk['error']) !== null) {
      throw new Complained(chunk['error'] === undefined ? { error: chunk } : chunk);
    }
    const text = looseText(chunk['content']);
    if (text !== '') this.attempt.emit(text);
    if (chunk['stop'] === true) {
      this.ended(chunk);
      return 'done';
    }
    return text === '' ? 'quiet' : 'token';
  }

  whole(document: unknown): void {
    const answer = looseObject(document);
    if (typeof answer?.['content'] !== 'string') throw new Misshapen('there is no content in it');
    this.attempt.emit(answer['content']);
    this.ended(answer);
  }

  close(): void {}

  private ended(last: Loose): void {
    const { attempt } = this;
    const model = looseText(last['model']);
    if (model !== '') attempt.model = model;
    attempt.finishReason = last['stop_type'] === 'limit' || last['stopped_limit'] === true ? 'length' : 'stop';
    const evaluated = looseCount(last['tokens_evaluated']);
    const cached = looseCount(last['tokens_cached']);
    attempt.inputTokens = evaluated;
    attempt.outputTokens = looseCount(last['tokens_predicted']);
    // `tokens_cached` counts what is in the cache afterwards; the timings tell what did not have to be evaluated.
    const fresh = looseCount(looseObject(last['timings'])?.['prompt_n']);
    if (cached >= 0 && fresh >= 0 && evaluated >= fresh) attempt.cached = { read: evaluated - fresh, write: 0 };
  }
}
