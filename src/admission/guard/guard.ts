import { Buffer } from 'node:buffer';
import { AllowList } from './allow-list.ts';
import { type Assessment, Assessor } from './assess.ts';
import { decodeAll } from './decode.ts';
import { backwards, isRespaced, join, LEET, rot13, wordsBackwards } from './disguises.ts';
import { Folded } from './fold.ts';
import { Glance } from './glance.ts';
import { type LinearModel, loadModel } from './model.ts';
import type { Match } from './phrases.ts';
import { OVERLAP, PIECE, Reader } from './reader.ts';
import { type Finding, verdictOf } from './summary.ts';
import type { GuardVerdict, Origin } from './verdict.ts';

/** How strict a guard is. */
export interface GuardSettings {
  /** From this score on a text is blocked. Default 0.65. */
  readonly riskThreshold?: number;
  /** From this score on a text is flagged. Default 0.30. */
  readonly flagThreshold?: number;
  /** Longer texts are read like any other, and flagged for their length. Default 32768. */
  readonly maxPromptBytes?: number;
  /** Longer texts are blocked, unread. Default false. */
  readonly blockOversized?: boolean;
  /** Phrases that are not held against anybody; case, accents and spacing do not matter. */
  readonly allow?: readonly string[];
  /** Null: rules only. Default the model that comes with the package, read when the guard is made. */
  readonly model?: LinearModel | null;
}

/** From this score on other readings are not asked: the text is an attack as it stands. */
const CERTAIN = 0.98;
/** A text inside a text may hold another one; deeper than this nobody looks. */
const DEEPEST = 2;
/** Rules that weigh less are met by chance where two turns meet. */
const STRONG = 3.5;
const SPACE = 0x20;

/**
 * Tells prompt injections and jailbreaks from ordinary text: rules over normalised words, and a small linear model for
 * what they do not say. Everything happens here and at once: no network, and a cost that grows with the length alone.
 * What it can't see is written in docs/guard.md.
 */
export class PromptGuard {
  private readonly limits: Required<Omit<GuardSettings, 'allow' | 'model'>>;
  private readonly reader = new Reader();
  private readonly assessor: Assessor;
  private readonly allowed: AllowList | null;
  private readonly view = new Folded(0);
  private readonly disguised = new Folded(0);
  /** Null where a text that says nothing is not clear for all that: the model has a say in it, or phrases are left out. */
  private readonly glance: Glance | null;
  /** What is found in a text that says nothing, and the verdict over it. */
  private readonly nothing: Finding;
  private readonly clear: GuardVerdict;

  /** Throws `internal` when the package has lost its model. */
  constructor(settings: GuardSettings = {}) {
    const { riskThreshold = 0.65, flagThreshold = 0.3, maxPromptBytes = 32_768, blockOversized = false } = settings;
    this.limits = { riskThreshold, flagThreshold, maxPromptBytes, blockOversized };
    this.assessor = new Assessor(settings.model === undefined ? loadModel() : settings.model);
    const { allow = [] } = settings;
    this.allowed = allow.length === 0 ? null : new AllowList(allow, this.reader.folder);
    this.nothing = { assessment: this.assessor.nothing(0), start: 0, end: 0, disguise: null, hiddenLetters: 0 };
    this.clear = verdictOf(this.nothing, { ...this.limits, origin: 'user', oversized: false });
    const plain = settings.model === null && allow.length === 0 && this.clear.action === 'allow';
    this.glance = plain ? new Glance(this.reader.folder) : null;
  }

  /** Whether a look is enough to say that a text is allowed. False says nothing: `inspect` does. */
  isClear(text: string): boolean {
    const { length } = text;
    if (this.glance === null || length > PIECE || length * 3 > this.limits.maxPromptBytes) return false;
    return this.glance.isClear(text);
  }

  /**
   * Judges a text.
   * @param origin whose words they are; attacks in what a document or a tool says are `indirect`
   * @param before what the same user said last: words that only together with it make an attack are found, too
   */
  inspect(text: string, origin: Origin = 'user', before = ''): GuardVerdict {
    const oversized =
      text.length * 3 > this.limits.maxPromptBytes && Buffer.byteLength(text) > this.limits.maxPromptBytes;
    if (oversized && this.limits.blockOversized) return verdictOf(null, { ...this.limits, origin, oversized });
    // What is only too long is told by its first words.
    const glance = oversized ? null : this.glance;
    let worst = this.inspectPiece(text.slice(0, PIECE), 0, glance);
    for (let from = PIECE - OVERLAP; from + OVERLAP < text.length; from += PIECE - OVERLAP) {
      worst = worse(worst, this.inspectPiece(text.slice(from, from + PIECE), from, glance));
    }
    if (before !== '') worst = worse(worst, this.acrossTurns(before, text));
    return worst === this.nothing ? this.clear : verdictOf(worst, { ...this.limits, origin, oversized });
  }

  /** A piece of a text, which begins at `from`. */
  private inspectPiece(piece: string, from: number, glance: Glance | null): Finding {
    if (glance?.isClear(piece) === true) return this.nothing;
    let worst = this.inspectPlain(piece, from, null);
    // What is certain already need not be found in other ways.
    if (worst.assessment.score < CERTAIN) worst = worse(worst, this.inspectDisguises(piece, from));
    return worst.assessment.score < CERTAIN ? this.inspectEncoded(piece, from, 1, worst) : worst;
  }

  /** The text as it stands; `offset` is where it begins in what the verdict is about. */
  private inspectPlain(text: string, offset: number, view: string | null): Finding {
    this.fold(text, this.view, false);
    const matches = this.reader.matches(this.view, text);
    return this.finding(this.assessor.assess(this.view, matches, view !== null, true), this.view, offset, view);
  }

  /** The text with its letters moved, its spaces taken out, its digits read as letters. Rules alone judge these. */
  private inspectDisguises(text: string, offset: number): Finding | null {
    const { reader, view } = this;
    const disguised = this.disguised;
    let worst: Finding | null = null;
    const judge = (name: string, matches: readonly Match[]): void => {
      if (matches.length === 0) return;
      const assessment = this.assessor.assess(disguised, matches, true, false);
      const finding = this.finding(assessment, disguised, offset, name);
      worst = worst === null ? finding : worse(worst, finding);
    };
    const [turned, reversed] = [reader.hints('rot13'), reader.hints('backwards')];
    if (isRespaced(view)) {
      join(view, disguised);
      judge('spacing', reader.joinedMatches(disguised));
    }
    if (turned) {
      rot13(view, disguised);
      judge('rot13', reader.matches(disguised, null));
    }
    if (reversed) {
      backwards(view, disguised);
      judge('backwards', reader.matches(disguised, null));
      wordsBackwards(view, disguised);
      judge('backwards', reader.matches(disguised, null));
    }
    if (LEET.test(text)) {
      this.fold(text, disguised, true);
      judge('leet', reader.matches(disguised, null));
    }
    return worst;
  }

  /** What stands in the text in an encoding, read like a text of its own. */
  private inspectEncoded(text: string, offset: number, depth: number, worst: Finding): Finding {
    let found = worst;
    for (const { encoding, text: plain, start, end } of decodeAll(text)) {
      let inner = this.inspectPlain(plain, 0, encoding);
      // Escapes were undone all at once: only runs can hold runs.
      if (depth < DEEPEST && encoding !== 'escapes') inner = this.inspectEncoded(plain, 0, depth + 1, inner);
      found = worse(found, { ...inner, start: offset + start, end: offset + end });
    }
    return found;
  }

  /** The end of what was said before and the beginning of this, together: only what spans both counts. */
  private acrossTurns(before: string, text: string): Finding | null {
    const { view, reader } = this;
    const tail = before.slice(-OVERLAP / 2);
    const joined = `${tail}\n${text.slice(0, OVERLAP / 2)}`;
    if (this.glance?.isClear(joined) === true) return null;
    this.fold(joined, view, false);
    const seam = tail.length;
    const matches = reader
      .matches(view, null)
      .filter(
        ({ rule, start, end }) => rule.weight >= STRONG && view.origin[start]! < seam && view.origin[end - 1]! > seam,
      );
    if (matches.length === 0) return null;
    const finding = this.finding(this.assessor.assess(view, matches, false, false), view, -seam - 1, 'turns');
    return { ...finding, start: 0 };
  }

  private fold(text: string, into: Folded, leet: boolean): void {
    this.reader.folder.fold(text, 0, text.length, into, leet);
    this.allowed?.blank(into);
  }

  private finding(assessment: Assessment, view: Folded, offset: number, disguise: string | null): Finding {
    let { start, end } = assessment;
    while (start < end - 1 && view.codes[start] === SPACE) start++;
    while (end > start + 1 && view.codes[end - 1] === SPACE) end--;
    const [one, other] = [view.origin[start]!, view.origin[end - 1]!];
    return {
      assessment,
      // A text that is read backwards ends where it begins.
      start: offset + Math.min(one, other),
      end: offset + Math.max(one, other) + 1,
      disguise,
      hiddenLetters: view.tags,
    };
  }
}

function worse(one: Finding, other: Finding | null): Finding {
  if (other === null) return one;
  const found = other.assessment.score > one.assessment.score ? other : one;
  const hiddenLetters = Math.max(one.hiddenLetters, other.hiddenLetters);
  return found.hiddenLetters === hiddenLetters ? found : { ...found, hiddenLetters };
}
