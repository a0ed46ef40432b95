import { type BatchAttempt, type BatchDialect, membersOf, readersOf } from '../http/batch.ts';
import { type AnswerReader, looseCount, looseList, looseObject, Misshapen, type Progress } from '../http/dialect.ts';
import { plainPrompt } from '../http/plain-prompt.ts';
import { isPlain } from '../native.ts';
import { CompletionReader, PATH, sampling } from './completion.ts';

/** llama.cpp's own API with a list of prompts: every event says by `index` whose it is. */
export const completionBatch: BatchDialect = {
  framing: 'events',
  terminated: true,
  prompt: (attempt) => (isPlain(attempt) ? plainPrompt(attempt, PATH) : null),
  request(attempt) {
    const { members, parameters } = membersOf(attempt);
    const prompt = members.map((member) => plainPrompt(member, PATH));
    return { path: PATH, body: { prompt, ...sampling(parameters), stream: true } };
  },
  reader: (attempt) => new CompletionBatchReader(membersOf(attempt)),
};

class CompletionBatchReader implements AnswerReader {
  private readonly batch: BatchAttempt;
  private readonly readers: readonly CompletionReader[];

  constructor(batch: BatchAttempt) {
    this.batch = batch;
    this.readers = readersOf(batch, (member) => new CompletionReader(member));
  }

  piece(data: string, name: string | undefined): Progress {
    const index = Math.max(looseCount(looseObject(JSON.parse(data))?.['index']), 0);
    const reader = this.readers[index];
    if (reader === undefined) return 'quiet';
    const progress = reader.piece(data, name);
    if (progress !== 'done') return progress;
    return this.batch.end(this.batch.members[index]!) ? 'done' : 'token';
  }

  whole(document: unknown): void {
    const answers = looseList(document);
    if (answers.length < this.readers.length) throw new Misshapen(`there are ${answers.length} answers in it`);
    for (const [index, reader] of this.readers.entries()) {
      reader.whole(answers[index]);
      this.batch.end(this.batch.members[index]!);
    }
  }

  close(): void {}
}
