import type { Attempt } from '../../core/attempt.ts';
import type { Parameters } from '../../core/request.ts';
import {
  type AnswerReader,
  Complained,
  type Dialect,
  type Loose,
  looseList,
  looseObject,
  looseText,
  Misshapen,
  type Progress,
} from '../http/dialect.ts';
import { plainPrompt } from '../http/plain-prompt.ts';

const PATH = '/generate';
/** The server's own default is 16 tokens, which is an answer to nothing. */
const DEFAULT_MAX_TOKENS = 4096;

/** vLLM's plain API: each line holds the prompt and all text so far. There is no mark at the end, and no count. */
export const generateDialect: Dialect = {
  framing: 'lines',
  terminated: false,
  request: (attempt, stream) => ({
    path: PATH,
    body: { prompt: plainPrompt(attempt, PATH), ...sampling(attempt.parameters), stream },
  }),
  reader: (attempt) => new GenerateReader(attempt, plainPrompt(attempt, PATH)),
};

function sampling(parameters: Parameters): object {
  const { tool_choice: _choice, parallel_tool_calls: _parallel, native: _native, ...same } = parameters;
  return { max_tokens: DEFAULT_MAX_TOKENS, ...same };
}

class GenerateReader implements AnswerReader {
  private readonly attempt: Attempt;
  private readonly prompt: string;
  private told = 0;

  constructor(attempt: Attempt, prompt: string) {
    this.attempt = attempt;
    this.prompt = prompt;
  }

  piece(data: string): Progress {
    const line = looseObject(JSON.parse(data)) ?? {};
    if (line['error'] !== undefined) throw new Complained(line);
    return this.said(line) ? 'token' : 'quiet';
  }

  whole(document: unknown): void {
    const answer = looseObject(document) ?? {};
    if (looseList(answer['text']).length === 0) throw new Misshapen('there is no text in it');
    this.said(answer);
    this.attempt.finishReason = 'stop';
  }

  close(): void {
    if (this.attempt.error === null) this.attempt.finishReason ??= 'stop';
  }

  private said(line: Loose): boolean {
    const all = looseText(looseList(line['text'])[0]);
    const answer = all.startsWith(this.prompt) ? all.slice(this.prompt.length) : all;
    const news = answer.slice(this.told);
    if (news === '') return false;
    this.told = answer.length;
    this.attempt.emit(news);
    return true;
  }
}
