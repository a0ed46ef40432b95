import type { Assessment } from './assess.ts';
import type { Rule } from './rules.ts';
import type { GuardAction, GuardVerdict, Origin, Threat, ThreatClass } from './verdict.ts';
import { THREATS } from './verdict.ts';

/** The worst of a text, as one way of reading it shows it. */
export interface Finding {
  readonly assessment: Assessment;
  /** In the text that the verdict is about. */
  readonly start: number;
  readonly end: number;
  /** How it was hidden; null when it was not. */
  readonly disguise: string | null;
  /** Letters that nobody sees. */
  readonly hiddenLetters: number;
}

export interface Circumstances {
  readonly riskThreshold: number;
  readonly flagThreshold: number;
  readonly blockOversized: boolean;
  readonly maxPromptBytes: number;
  readonly origin: Origin;
  readonly oversized: boolean;
}

/** What a text counts as for its length alone. */
const OVERSIZED_SCORE = 0.5;
/** Flags of regions are written with a handful of invisible letters; a sentence takes more. */
const HIDDEN_LETTERS = 12;
/** A second kind of attack that is this strong beside the first makes it mixed. */
const NEARLY_AS_STRONG = 0.75;
/** From this z on the model has something to say of its own. */
const MODEL_SPEAKS = 0.5;

const NOTHING: Omit<GuardVerdict, 'score'> = {
  action: 'allow',
  class: 'benign',
  evidence: [],
  span: null,
  critical: false,
  reason: 'Nothing speaks against it.',
};

/** A verdict over the worst of a text; null when the text was not read. */
export function verdictOf(finding: Finding | null, given: Circumstances): GuardVerdict {
  const assessment = finding?.assessment ?? null;
  const hidden = finding !== null && finding.hiddenLetters >= HIDDEN_LETTERS;
  // The score that is shown decides, not one with more digits.
  const own = rounded(assessment?.score ?? 0);
  const read = Math.max(own, hidden ? rounded(given.riskThreshold) : 0);
  const score = given.oversized ? Math.max(read, OVERSIZED_SCORE) : read;
  const action = actionOf(score, given);
  const threat: ThreatClass =
    action === 'allow'
      ? 'benign'
      : read < given.flagThreshold || assessment === null
        ? 'mixed'
        : classOf(assessment, given.origin);
  const rules = assessment?.rules ?? [];
  // Most of them.
  if (action === 'allow' && rules.length === 0) return { ...NOTHING, score };
  const evidence = [
    ...(given.oversized ? ['oversized'] : []),
    ...(hidden ? ['hidden_letters'] : []),
    ...rules.map(({ name }) => name),
    ...(finding?.disguise == null || rules.length === 0 ? [] : [`view.${finding.disguise}`]),
    ...(assessment !== null && own >= given.flagThreshold && (assessment.model > MODEL_SPEAKS || rules.length === 0)
      ? ['model']
      : []),
  ];
  return {
    action,
    class: threat,
    score,
    evidence: action === 'allow' ? rules.map(({ name }) => name) : evidence,
    span: action === 'allow' || finding === null ? null : { start: finding.start, end: finding.end },
    critical: rules.some(({ critical }) => critical === true),
    reason: reasonOf(action, threat, score, evidence, given),
  };
}

const rounded = (score: number): number => Math.round(score * 1000) / 1000;

function actionOf(
  score: number,
  { riskThreshold, flagThreshold, oversized, blockOversized }: Circumstances,
): GuardAction {
  if (score >= riskThreshold || (oversized && blockOversized)) return 'block';
  return score >= flagThreshold || oversized ? 'flag' : 'allow';
}

/** The kind with the most that speaks for it; a rule that blocks by itself decides. */
function classOf({ rules, kinds }: Assessment, origin: Origin): ThreatClass {
  if (origin !== 'user') return 'indirect';
  const critical = rules.find((rule) => rule.critical === true);
  if (critical !== undefined) return critical.threat;
  const [first = 0, second = 0] = THREATS.map((threat) => strongest(rules, threat)).sort((a, b) => b - a);
  if (second > 0 && second >= first * NEARLY_AS_STRONG) return 'mixed';
  return THREATS.reduce((best, threat) => (kinds[threat] > kinds[best] ? threat : best));
}

function strongest(rules: readonly Rule[], threat: Threat): number {
  return rules.reduce((most, rule) => (rule.threat === threat ? Math.max(most, rule.weight) : most), 0);
}

function reasonOf(
  action: GuardAction,
  threat: ThreatClass,
  score: number,
  evidence: readonly string[],
  { oversized, blockOversized, maxPromptBytes }: Circumstances,
): string {
  if (action === 'allow') return 'Nothing speaks against it.';
  if (oversized && (blockOversized || evidence.length <= 1)) return `It is longer than ${maxPromptBytes} bytes.`;
  return `It looks like ${threat.replaceAll('_', ' ')} (score ${score.toFixed(2)}: ${evidence.join(', ')}).`;
}
