import type { Attempt } from '../../core/attempt.ts';
import type { Framing } from './event-reader.ts';

/** What a piece of an answer was: something the model said, the end, or neither. */
export type Progress = 'token' | 'done' | 'quiet';

/** Reads one answer into its attempt. What is wrong is thrown as `Complained` or `Misshapen`. */
export interface AnswerReader {
  /**
   * Events from `from` on that all say a text in the way of the latest: takes as many as there are, and returns where they
   * end; `from` when it takes none.
   */
  run?(events: string, from: number): number;
  /** One piece of a stream. */
  piece(data: string, name: string | undefined): Progress;
  /** An answer in one JSON document, from a server that does not stream. */
  whole(document: unknown): void;
  /** The answer has ended, well or not: what was collected so far goes into the attempt. */
  close(): void;
}

/** An API: how a request is written, and how its answer is read. Pure: it touches no network. */
export interface Dialect {
  readonly framing: Framing;
  /** Whether a stream says when it is over. One that doesn't must end as HTTP says, not by a lost connection. */
  readonly terminated: boolean;
  /**
   * The path behind the base, and the JSON body. Throws `request_invalid` for what the API has no way to say.
   * @param stream asks for the answer piece by piece, not as a whole
   */
  request(
    attempt: Attempt,
    stream: boolean,
  ): {
    readonly path: string;
    readonly body: object;
    /** Beside those that every request has. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  reader(attempt: Attempt): AnswerReader;
}

/** Thrown by a reader: the upstream reports an error in this document. */
export class Complained extends Error {
  readonly document: unknown;

  constructor(document: unknown) {
    super('the upstream reports an error');
    this.document = document;
  }
}

/** Thrown by a reader: a document that is no answer of this API; the message says what is missing. */
export class Misshapen extends Error {}

/** A JSON object of a stream, looked at field by field: nothing in it is sure to be there. */
export type Loose = Readonly<Record<string, unknown>>;

export const looseObject = (value: unknown): Loose | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : null;

export const looseList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const looseText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A number of tokens, or -1. */
export const looseCount = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : -1;
