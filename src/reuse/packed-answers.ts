import { TextHash } from '../primitives/text-hash.ts';
import { LONGEST, sizeOf, textAt, UTF8_BYTES, Utf8Words } from '../primitives/utf8-words.ts';
import { WordLog } from '../primitives/word-log.ts';
import type { Answer } from './answer.ts';

/** Words in front of the question: bytes of both texts, half a word each; tokens of both; the number of the origin. */
const HEAD = 4;
/** Origins there are numbers for. */
const MOST_ORIGINS = 1000;

/** Who gave an answer: many have the same one, which is kept once. */
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
  /** The number of the origin that was looked for last. */
  private latest = 0;
  /** Where a pair is put together, to be copied in one go; the question that was asked last lies in it. */
  private readonly draft = new Utf8Words((HEAD + LONGEST) * 4 + UTF8_BYTES);
  private readonly hash = new TextHash(this.draft, HEAD);
  /** Bytes of that question; -1 when they are not all of it, or of others, too. */
  private asked = -1;

  /** @param slots pairs that are kept at the most, numbered from 0 */
  constructor(slots: number) {
    this.log = new WordLog(slots);
  }

  /** Asks a question: `isAt` and `put` are about it, until another one is asked or this one is put. Returns its hash. */
  ask(question: string): number {
    const hash = this.hash.of(question);
    this.asked = this.draft.isWhole(question) ? this.draft.written : -1;
    return hash;
  }

  /** Whether the question is the one in a slot that has one. */
  isAt(slot: number): boolean {
    const at = this.log.open(slot);
    const { words } = this.log;
    return (words[at]! & 0xffff) === this.asked && this.draft.isAt(words, at + HEAD, HEAD);
  }

  /** Puts the whole question and its answer into a slot. False, and nothing happens, where words cannot say just that. */
  put(slot: number, answer: Answer): boolean {
    const { asked, draft } = this;
    const { said, inputTokens, outputTokens } = answer;
    if (asked < 0 || answer.cached !== null || answer.toolCalls !== null || answer.native !== null) return false;
    if ((inputTokens | 0) !== inputTokens || (outputTokens | 0) !== outputTokens) return false;
    const origin = this.originOf(answer);
    if (origin === MOST_ORIGINS) return false;
    const end = HEAD + sizeOf(asked);
    draft.take(said, end);
    this.asked = -1;
    if (!draft.isWhole(said)) return false;
    const { words, written, size } = draft;
    words[0] = asked | (written << 16);
    words[1] = inputTokens;
    words[2] = outputTokens;
    words[3] = origin;
    const at = this.log.make(slot, end + size);
    draft.copyTo(this.log.words, at, end + size);
    return true;
  }

  /** The answer in a slot that has one. */
  at(slot: number): Answer {
    const at = this.log.open(slot);
    const { words } = this.log;
    const bytes = words[at]!;
    const { provider, model, finishReason } = this.origins[words[at + 3]!]!;
    return {
      said: textAt(words, at + HEAD + sizeOf(bytes & 0xffff), bytes >>> 16),
      provider,
      model,
      finishReason,
      inputTokens: words[at + 1]!,
      outputTokens: words[at + 2]!,
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

  private originOf(answer: Answer): number {
    const { origins } = this;
    if (isFrom(answer, origins[this.latest])) return this.latest;
    let number = origins.findIndex((origin) => isFrom(answer, origin));
    if (number < 0) number = origins.length;
    if (number === MOST_ORIGINS) return number;
    const { provider, model, finishReason } = answer;
    origins[number] ??= { provider, model, finishReason };
    this.latest = number;
    return number;
  }
}

const isFrom = ({ provider, model, finishReason }: Answer, origin: Origin | undefined): boolean =>
  origin?.provider === provider && origin.model === model && origin.finishReason === finishReason;
