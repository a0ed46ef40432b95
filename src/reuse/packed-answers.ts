import { sizeOf, textAt, Utf8Words } from '../primitives/utf8-words.ts';
import { WordLog } from '../primitives/word-log.ts';
import type { Answer } from './answer.ts';

/** Words in front of the question: bytes of both texts, tokens of both. */
const HEAD = 4;

/** Who gave an answer: many in turn have the same one, and share the object. */
interface Origin {
  readonly provider: string | null;
  readonly model: string;
  readonly finishReason: string | null;
}

/**
 * Questions and their answers as UTF-8 outside the heap, by slot. On the heap a pair is a dozen objects that live for
 * minutes: the collector moves them twice and marks them again and again, which took longer than everything that is done
 * with them.
 */
export class PackedAnswers {
  private readonly log: WordLog;
  private readonly origins: Origin[] = [];
  private latest: Origin = { provider: null, model: '', finishReason: null };
  private readonly answer = new Utf8Words();

  /** @param slots pairs that are kept at the most, numbered from 0 */
  constructor(slots: number) {
    this.log = new WordLog(slots);
  }

  /** Whether a question is the one in a slot that has one. */
  isAt(slot: number, question: Utf8Words): boolean {
    const at = this.log.open(slot);
    const { words } = this.log;
    return words[at] === question.written && question.isAt(words, at + HEAD);
  }

  /** Puts a whole question and its answer into a slot. False, and nothing happens, where words cannot say just that. */
  put(slot: number, question: Utf8Words, answer: Answer): boolean {
    const { said, inputTokens, outputTokens } = answer;
    if (answer.cached !== null || answer.toolCalls !== null || answer.native !== null) return false;
    if ((inputTokens | 0) !== inputTokens || (outputTokens | 0) !== outputTokens) return false;
    const text = this.answer;
    text.take(said);
    if (!text.isWhole(said)) return false;
    const at = this.log.make(slot, HEAD + question.size + text.size);
    const { words } = this.log;
    words[at] = question.written;
    words[at + 1] = text.written;
    words[at + 2] = inputTokens;
    words[at + 3] = outputTokens;
    question.copyTo(words, at + HEAD);
    text.copyTo(words, at + HEAD + question.size);
    this.origins[slot] = this.originOf(answer);
    return true;
  }

  /** The answer in a slot that has one. */
  at(slot: number): Answer {
    const at = this.log.open(slot);
    const { words } = this.log;
    const { provider, model, finishReason } = this.origins[slot]!;
    return {
      said: textAt(words, at + HEAD + sizeOf(words[at]!), words[at + 1]!),
      provider,
      model,
      finishReason,
      inputTokens: words[at + 2]!,
      outputTokens: words[at + 3]!,
      cached: null,
      toolCalls: null,
      native: null,
    };
  }

  /** Forgets what is in a slot. */
  drop(slot: number): void {
    this.log.drop(slot);
  }

  clear(): void {
    this.log.clear();
    this.origins.length = 0;
  }

  private originOf({ provider, model, finishReason }: Answer): Origin {
    const { latest } = this;
    if (latest.provider === provider && latest.model === model && latest.finishReason === finishReason) return latest;
    this.latest = { provider, model, finishReason };
    return this.latest;
  }
}
