import { TextHash } from '../primitives/text-hash.ts';
import { sizeOf, textAt, UTF8_BYTES, Utf8Words } from '../primitives/utf8-words.ts';
import { WordLog } from '../primitives/word-log.ts';
import type { Answer } from './answer.ts';

/**
 * Words in front of the question: bytes of both texts, half a word each; tokens of both; the number of the origin. Two more
 * let texts begin at a word that is a multiple of four, as the log has two of its own.
 */
const HEAD = 6;
/** Words that a pair takes at the most, and the head of the log in front of it. */
const LONGEST = HEAD + 2 + (2 * UTF8_BYTES) / 4;
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
  /** The log's desk: a question lies where its pair will stand if there is none yet, and the answer behind it. */
  private readonly draft: Utf8Words;
  private readonly hash: TextHash;
  /** Where that pair begins; bytes of its question, -1 when they are not all of it, or of others, too. */
  private place = 0;
  private asked = -1;

  /** @param slots pairs that are kept at the most, numbered from 0 */
  constructor(slots: number) {
    this.log = new WordLog(slots, LONGEST);
    const { desk } = this.log;
    this.draft = new Utf8Words(desk.byteLength, desk.buffer);
    this.hash = new TextHash(this.draft);
  }

  /** Asks a question: `isAt` and `put` are about it, until another one is asked or this one is put. Returns its hash. */
  ask(question: string): number {
    this.place = this.log.tail;
    const hash = this.hash.of(question, this.place + HEAD);
    this.asked = this.draft.isWhole(question) ? this.draft.written : -1;
    return hash;
  }

  /** Whether the question is the one in a slot that has one. */
  isAt(slot: number): boolean {
    const at = this.log.open(slot);
    const { words } = this.log;
    return (words[at]! & 0xffff) === this.asked && this.draft.isAt(words, at + HEAD, this.place + HEAD);
  }

  /** Puts the whole question and its answer into a slot. False, and nothing happens, where words cannot say just that. */
  put(slot: number, answer: Answer): boolean {
    const { asked, draft, place } = this;
    const { said, inputTokens, outputTokens } = answer;
    if (asked < 0 || answer.cached !== null || answer.toolCalls !== null || answer.native !== null) return false;
    if ((inputTokens | 0) !== inputTokens || (outputTokens | 0) !== outputTokens) return false;
    const origin = this.originOf(answer);
    if (origin === MOST_ORIGINS) return false;
    const end = place + HEAD + sizeOf(asked);
    draft.take(said, end);
    this.asked = -1;
    if (!draft.isWhole(said)) return false;
    const { words } = draft;
    words[place] = asked | (draft.written << 16);
    words[place + 1] = inputTokens;
    words[place + 2] = outputTokens;
    words[place + 3] = origin;
    this.make(slot, end + draft.size);
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

  /** Makes a record of what lies from `place` to `end`; it moves where it does not fit. */
  private make(slot: number, end: number): void {
    const { log, place } = this;
    if (log.fits(end)) {
      log.make(slot, end - place);
      return;
    }
    const pair = log.desk.slice(place, end);
    log.desk.set(pair, log.make(slot, pair.length));
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
