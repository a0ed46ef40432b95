import { describe, expect, test } from 'vitest';
import type { Assessment } from '../../../src/admission/guard/assess.ts';
import type { Rule } from '../../../src/admission/guard/rules.ts';
import { type Circumstances, type Finding, verdictOf } from '../../../src/admission/guard/summary.ts';
import { THREATS, type Threat } from '../../../src/admission/guard/verdict.ts';

const given: Circumstances = {
  riskThreshold: 0.8,
  flagThreshold: 0.5,
  blockOversized: false,
  maxPromptBytes: 1000,
  origin: 'user',
  oversized: false,
};

const rule = (name: string, threat: Threat, weight = 3, critical = false): Rule => ({
  ...{ name, threat, weight, steps: [], gap: 0, critical },
});
const override = rule('o', 'instruction_override');
const jailbreak = rule('j', 'role_play_jailbreak');

/** Something found, as suspicious as that. */
function finding(score: number, parts: Partial<Finding & Assessment> = {}): Finding {
  const kinds = { ...Object.fromEntries(THREATS.map((threat) => [threat, 0])), ...parts.kinds } as Record<
    Threat,
    number
  >;
  const { rules = [], model = 0, disguise = null, hiddenLetters = 0 } = parts;
  return { assessment: { score, rules, kinds, start: 0, end: 9, model }, start: 3, end: 7, disguise, hiddenLetters };
}

const verdict = (found: Finding | null, changed: Partial<Circumstances> = {}) =>
  verdictOf(found, { ...given, ...changed });

test('nothing found, or next to nothing, is allowed', () => {
  const nothing = {
    ...{ action: 'allow', class: 'benign', evidence: [], span: null, critical: false },
    reason: 'Nothing speaks against it.',
  };
  expect(verdict(finding(0.1234))).toEqual({ ...nothing, score: 0.123 });
  expect(verdict(null)).toEqual({ ...nothing, score: 0 });
  // A weak rule is told all the same.
  expect(verdict(finding(0.2, { rules: [override], disguise: 'rot13', model: 1 }))).toEqual({
    ...{ ...nothing, evidence: ['o'] },
    score: 0.2,
  });
});

test.each([
  [0.4994, 'allow'],
  [0.4995, 'flag'],
  [0.7994, 'flag'],
  [0.7995, 'block'],
])('the score that is shown decides: %d', (score, action) => {
  expect(verdict(finding(score, { rules: [override] })).action).toBe(action);
});

describe('evidence', () => {
  test('names rules and the disguise they stood in, and where', () => {
    const found = verdict(
      finding(0.9, { rules: [override, jailbreak], disguise: 'base64', kinds: { indirect: 1 } as never }),
    );
    expect(found).toMatchObject({ evidence: ['o', 'j', 'view.base64'], span: { start: 3, end: 7 } });
  });

  test('names the model when it has something to say, or nobody else has', () => {
    const evidence = (model: number, rules: readonly Rule[]) => verdict(finding(0.5, { model, rules })).evidence;
    expect(evidence(0.6, [override])).toEqual(['o', 'model']);
    expect(evidence(0.5, [override])).toEqual(['o']);
    expect(evidence(0, [])).toEqual(['model']);
    expect(verdict(finding(0.5, { disguise: 'rot13' })).evidence).toEqual(['model']);
  });

  test('a sentence of letters that nobody sees is blocked; a handful is a flag of a region', () => {
    expect(verdict(finding(0.1, { hiddenLetters: 12 }))).toMatchObject({
      ...{ action: 'block', score: 0.8 },
      // To the model it says nothing.
      evidence: ['hidden_letters'],
    });
    expect(verdict(finding(0.6, { hiddenLetters: 12 })).evidence).toEqual(['hidden_letters', 'model']);
    expect(verdict(finding(0.1, { hiddenLetters: 11 }))).toMatchObject({ action: 'allow', score: 0.1 });
  });
});

describe('the kind of an attack', () => {
  const kindOf = (rules: readonly Rule[], kinds: Partial<Record<Threat, number>> = {}, changed = {}) =>
    verdict(finding(0.9, { rules, kinds: kinds as never }), changed).class;

  test('is the one with the most that speaks for it', () => {
    expect(kindOf([], { credential_fishing: 2, indirect: 1 })).toBe('credential_fishing');
    expect(kindOf([], { instruction_override: 2, system_prompt_extraction: 2 })).toBe('instruction_override');
    expect(kindOf([override], { role_play_jailbreak: 4 })).toBe('role_play_jailbreak');
  });

  test('is that of a rule that blocks by itself', () => {
    const strong = rule('c', 'template_injection', 3, true);
    expect(kindOf([override, strong, jailbreak], { instruction_override: 9 })).toBe('template_injection');
    expect(verdict(finding(0.9, { rules: [strong] })).critical).toBe(true);
    expect(verdict(finding(0.9, { rules: [override] })).critical).toBe(false);
  });

  test('is mixed where a second one is nearly as strong', () => {
    const weaker = (weight: number) =>
      kindOf([rule('o', 'instruction_override', 4), rule('j', 'role_play_jailbreak', weight)]);
    expect([weaker(3), weaker(2.9)]).toEqual(['mixed', 'instruction_override']);
    expect(kindOf([rule('a', 'indirect', 4), rule('b', 'indirect', 4)], { indirect: 1 })).toBe('indirect');
  });

  test.each(['context', 'tool'] as const)('in the words of a %s it came from elsewhere', (origin) => {
    expect(kindOf([override], {}, { origin })).toBe('indirect');
  });
});

describe('a text that is too long', () => {
  test('is flagged, or blocked where that is asked for', () => {
    expect(verdict(null, { oversized: true })).toMatchObject({
      ...{ action: 'flag', class: 'mixed', score: 0.5, evidence: ['oversized'], span: null },
      reason: 'It is longer than 1000 bytes.',
    });
    expect(verdict(finding(0.1), { oversized: true, blockOversized: true })).toMatchObject({
      action: 'block',
      class: 'mixed',
    });
    expect(verdict(finding(0.1), { blockOversized: true }).action).toBe('allow');
  });

  test('says that it is, or what was found in it', () => {
    const found = finding(0.9, { rules: [override], kinds: { instruction_override: 1 } as never });
    expect(verdict(found, { oversized: true, blockOversized: true }).reason).toBe('It is longer than 1000 bytes.');
    expect(verdict(found, { oversized: true }).reason).toBe(
      'It looks like instruction override (score 0.90: oversized, o).',
    );
  });
});

test('the reason is a sentence for people', () => {
  const found = finding(0.912, { rules: [override, jailbreak], kinds: { system_prompt_extraction: 5 } as never });
  expect(verdict(found, { origin: 'tool' }).reason).toBe('It looks like indirect (score 0.91: o, j).');
  const extraction = finding(0.9, { rules: [], kinds: { system_prompt_extraction: 5 } as never });
  expect(verdict(extraction).reason).toBe('It looks like system prompt extraction (score 0.90: model).');
});
