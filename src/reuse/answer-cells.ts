import { Buffer } from 'node:buffer';
import { Utf8Words } from '../primitives/utf8-words.ts';
import type { Answer } from './answer.ts';

/** Words of a cell, four bytes each: a short question and its answer. */
const CELL = 256;
/** Words in front of the question: bytes of both texts, tokens of both. */
const HEAD = 4;
/** Cells that get their memory together, as a power of two. */
const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;

/** Who gave an answer: many in turn have the same one, and share the object. */
interface Origin {
  readonly provider: string | null;
  readonly model: string;
  readonly finishReason: string | null;
}

/**
 * Short questions and their answers as UTF-8 outside the heap, each pair in a cell. On the heap a pair is a dozen objects
 * that live for minutes: the collector moves them twice and marks them again and again, which took longer than everything
 * that is done with them.
 */
export class AnswerCells {
  private readonly pages: (Int32Array | null)[];
  private readonly origins: Origin[] = [];
  private latest: Origin = { provider: null, model: '', finishReason: null };
  private readonly utf8 = new Utf8Words();

  /** @param count cells, numbered from 0 */
  constructor(count: number) {
    this.pages = new Array<Int32Array | null>(Math.ceil(count / PAGE)).fill(null);
  }

  /** Whether a question is the one in a cell. */
  isAt(cell: number, { words, written }: Utf8Words): boolean {
    const page = this.pageOf(cell);
    const head = headOf(cell);
    if (page[head] !== written) return false;
    const from = head + HEAD;
    for (let at = 0; at * 4 < written; at++) if (page[from + at] !== words[at]) return false;
    return true;
  }

  /** Puts a whole question and its answer into a cell. False, and nothing happens, when it cannot hold just that. */
  put(cell: number, question: Utf8Words, answer: Answer): boolean {
    const { said, inputTokens, outputTokens } = answer;
    const taken = HEAD + wordsOf(question.written);
    if (taken + wordsOf(said.length) > CELL) return false;
    if (answer.cached !== null || answer.toolCalls !== null || answer.native !== null) return false;
    if ((inputTokens | 0) !== inputTokens || (outputTokens | 0) !== outputTokens) return false;
    const { utf8 } = this;
    utf8.take(said);
    if (taken + wordsOf(utf8.written) > CELL || !utf8.isWhole(said)) return false;
    const page = this.pageOf(cell);
    const head = headOf(cell);
    page[head] = question.written;
    page[head + 1] = utf8.written;
    page[head + 2] = inputTokens;
    page[head + 3] = outputTokens;
    copy(question, page, head + HEAD);
    copy(utf8, page, head + taken);
    this.origins[cell] = this.originOf(answer);
    return true;
  }

  /** The answer in a cell. */
  at(cell: number): Answer {
    const page = this.pageOf(cell);
    const head = headOf(cell);
    const from = (head + HEAD + wordsOf(page[head]!)) * 4;
    const { provider, model, finishReason } = this.origins[cell]!;
    return {
      said: Buffer.from(page.buffer, from, page[head + 1]!).toString(),
      provider,
      model,
      finishReason,
      inputTokens: page[head + 2]!,
      outputTokens: page[head + 3]!,
      cached: null,
      toolCalls: null,
      native: null,
    };
  }

  /** Lets go of all memory. */
  clear(): void {
    this.pages.fill(null);
    this.origins.length = 0;
  }

  private originOf({ provider, model, finishReason }: Answer): Origin {
    const { latest } = this;
    if (latest.provider === provider && latest.model === model && latest.finishReason === finishReason) return latest;
    this.latest = { provider, model, finishReason };
    return this.latest;
  }

  private pageOf(cell: number): Int32Array {
    const at = cell >> PAGE_BITS;
    return this.pages[at] ?? this.newPage(at);
  }

  private newPage(at: number): Int32Array {
    const page = new Int32Array(PAGE * CELL);
    this.pages[at] = page;
    return page;
  }
}

/** Where a cell begins in its page. */
const headOf = (cell: number): number => (cell & (PAGE - 1)) * CELL;
const wordsOf = (bytes: number): number => ((bytes + 15) >> 4) << 2;

/** Four at a time: there are zeros behind the words, and nothing behind them in the cell that was written before. */
function copy({ words, written }: Utf8Words, page: Int32Array, to: number): void {
  for (let at = 0; at * 4 < written; at += 4) {
    page[to + at] = words[at]!;
    page[to + at + 1] = words[at + 1]!;
    page[to + at + 2] = words[at + 2]!;
    page[to + at + 3] = words[at + 3]!;
  }
}
