import { OrchestratorError } from '../../core/errors.ts';
import { faultOf, incomplete, notAnAnswer, parsed, plainText, redirected, strayDocument } from './answer-faults.ts';
import { Gathered } from './body.ts';
import type { AnswerReader, Dialect } from './dialect.ts';
import { PieceReader } from './event-reader.ts';
import { CAPS, type Watch } from './limits.ts';
import type { HeaderOf } from './retry-after.ts';
import { type Complainer, complaintIn, upstreamError } from './upstream-error.ts';

/** Takes the body of an answer as it arrives, unpacked. What it throws is why there is no answer in it. */
export interface Intake {
  /** True when nothing more is needed. */
  take(bytes: Buffer): boolean;
  /** The body is complete, as HTTP says. */
  end(): void;
}

/** An answer as HTTP begins it. */
export interface Delivery {
  readonly status: number;
  readonly header: HeaderOf;
  /** How long the upstream asks to be left alone, milliseconds. */
  readonly retryAfter: () => number | undefined;
}

/** Who reads it, and on whose behalf. */
export interface Receiver {
  readonly who: Complainer;
  readonly dialect: Dialect;
  readonly reader: AnswerReader;
  readonly watch: Watch;
}

/** Chooses how the body of an answer is read. Throws for what cannot be one. */
export function intakeOf(delivery: Delivery, receiver: Receiver): Intake {
  const { status, header } = delivery;
  const { who, dialect } = receiver;
  if (status === 200) {
    const type = header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (type === 'application/json') return new WholeIntake(receiver);
    if (type === 'text/event-stream' || type === '' || (dialect.framing === 'lines' && !/json|html/.test(type))) {
      return new StreamIntake(receiver, endIsCertain(header));
    }
    if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) return new WholeIntake(receiver);
    return new StrangeIntake(who, /^[a-z]+\/[\w.+-]{1,60}$/.test(type) ? type : 'something');
  }
  if (status >= 300 && status < 400) throw redirected(status, header('location'), who);
  if (status >= 400) return new RefusalIntake(delivery, who);
  throw notAnAnswer(who, `answered with status ${status} instead of an answer`, '');
}

/** An answer in one JSON document. */
class WholeIntake implements Intake {
  private readonly receiver: Receiver;
  private readonly body = new Gathered();

  constructor(receiver: Receiver) {
    this.receiver = receiver;
  }

  take(bytes: Buffer): boolean {
    this.body.add(bytes);
    if (this.body.bytes > CAPS.answerBytes) throw tooLarge(this.receiver.who);
    return false;
  }

  end(): void {
    const { who, reader } = this.receiver;
    const { text } = this.body;
    const document = parsed(text);
    if (document === undefined) throw notAnAnswer(who, 'answered with JSON that is broken', text);
    const complaint = complaintIn(document, null);
    if (complaint !== null) throw upstreamError(complaint, who);
    try {
      reader.whole(document);
    } catch (thrown) {
      throw faultOf(thrown, who, false);
    }
  }
}

/** An answer in events or lines. */
class StreamIntake implements Intake {
  private readonly receiver: Receiver;
  private readonly endIsCertain: boolean;
  private readonly pieces: PieceReader;
  private bytes = 0;
  /** Of the present piece of the body: the model said something. */
  private heard = false;
  private spoke = false;
  private done = false;
  private fault: OrchestratorError | null = null;

  constructor(receiver: Receiver, certain: boolean) {
    this.receiver = receiver;
    this.endIsCertain = certain;
    const { dialect, reader, who } = receiver;
    const run = reader.run === undefined ? null : this.run;
    this.pieces = new PieceReader(dialect.framing, who.name, this.read, run);
  }

  private readonly run = (events: string, from: number): number => {
    if (this.done || this.fault !== null) return from;
    const end = this.receiver.reader.run!(events, from);
    if (end > from) this.heard = true;
    return end;
  };

  private readonly read = (data: string, name: string | undefined): void => {
    if (this.done || this.fault !== null) return;
    try {
      const progress = this.receiver.reader.piece(data, name);
      if (progress === 'done') this.done = true;
      if (progress === 'token') this.heard = true;
    } catch (thrown) {
      this.fault = faultOf(thrown, this.receiver.who, this.spoke || this.heard);
    }
  };

  take(bytes: Buffer): boolean {
    this.bytes += bytes.length;
    if (this.bytes > CAPS.answerBytes) throw tooLarge(this.receiver.who);
    const broken = this.pieces.feed(bytes);
    if (this.heard) {
      this.heard = false;
      this.spoke = true;
      this.receiver.watch.token();
    }
    // What was said before the bad byte counts, also when it was the end or an error.
    if (this.fault !== null) throw this.fault;
    if (!this.done && broken !== null) throw broken;
    return this.done;
  }

  end(): void {
    const { dialect, who } = this.receiver;
    if (!dialect.terminated && this.endIsCertain) {
      this.pieces.end();
      if (this.fault !== null) throw this.fault;
      if (this.spoke || this.heard) return;
    }
    throw (this.spoke ? null : strayDocument(this.pieces.head, who)) ?? incomplete(who);
  }
}

/** Something that is no answer: how it begins says why. */
abstract class FaultIntake implements Intake {
  private readonly most: number;
  private readonly body = new Gathered();

  /** @param most bytes that are read of it */
  constructor(most: number) {
    this.most = most;
  }

  take(bytes: Buffer): boolean {
    this.body.add(bytes.subarray(0, this.most - this.body.bytes));
    if (this.body.bytes >= this.most) this.end();
    return false;
  }

  end(): void {
    throw this.because(this.body.text);
  }

  abstract because(text: string): OrchestratorError;
}

/** The reason of a refusal. */
export class RefusalIntake extends FaultIntake {
  private readonly delivery: Delivery;
  private readonly who: Complainer;

  constructor(delivery: Delivery, who: Complainer) {
    super(CAPS.errorBytes);
    this.delivery = delivery;
    this.who = who;
  }

  /** The refusal for this reason; one whose reason never came is still that refusal. */
  override because(text: string): OrchestratorError {
    const { status, retryAfter } = this.delivery;
    const complaint = complaintIn(parsed(text), status) ?? { status, words: [], message: plainText(text) };
    return upstreamError({ ...complaint, status }, this.who, retryAfter());
  }
}

/** What is shown of an answer that is none. */
const SHOWN_BYTES = 1024;

/** A page, a picture: something that is no answer. */
class StrangeIntake extends FaultIntake {
  private readonly who: Complainer;
  private readonly type: string;

  constructor(who: Complainer, type: string) {
    super(SHOWN_BYTES);
    this.who = who;
    this.type = type;
  }

  override because(text: string): OrchestratorError {
    return notAnAnswer(this.who, `answered with ${this.type} instead of an answer`, text);
  }
}

const tooLarge = ({ name }: Complainer): OrchestratorError =>
  new OrchestratorError(
    'provider_protocol',
    `Provider ${name} sent more than ${CAPS.answerBytes / 1024 / 1024} MiB of answer, counted after decompression; it was stopped.`,
  );

/** Whether a lost connection would have been noticed: the length was told, or the end is a mark of its own. */
const endIsCertain = (header: HeaderOf): boolean =>
  header('content-length') !== undefined || /chunked/i.test(header('transfer-encoding') ?? '');
