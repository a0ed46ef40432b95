import type { Concept } from './lexicon.ts';
import type { Threat } from './verdict.ts';

/** Concepts that follow one another within a distance: evidence for a threat. */
export interface Rule {
  /** As the verdict names it. */
  readonly name: string;
  readonly threat: Threat;
  /** In log-odds: what it adds to the score before that is squeezed into 0…1; negative where it speaks for the text. */
  readonly weight: number;
  readonly steps: readonly Concept[];
  /** Characters that may lie between a step and the next. */
  readonly gap: number;
  /** It blocks by itself. */
  readonly critical?: boolean;
}

export const RULES: readonly Rule[] = [
  rule('override.previous', 'instruction_override', 6, ['override', 'prior', 'rules'], 16, true),
  rule('override.rules_before', 'instruction_override', 5.25, ['override', 'rules', 'prior'], 14, true),
  rule('override.reversed', 'instruction_override', 5.25, ['prior', 'rules', 'override'], 8, true),
  rule('override.told', 'instruction_override', 4.5, ['override', 'told'], 24),
  rule('override.rules', 'instruction_override', 2.25, ['override', 'rules'], 12),
  rule('override.instead', 'instruction_override', 2.25, ['override', 'instead'], 60),
  rule('override.new_task', 'instruction_override', 2.25, ['newTask'], 0),
  rule('override.new_task_after', 'instruction_override', 3, ['outrank', 'newTask'], 40),
  rule('override.outrank', 'instruction_override', 3, ['rules', 'outrank'], 30),
  rule('override.outranked', 'instruction_override', 3, ['outrank', 'rules'], 24),
  rule('override.stop', 'instruction_override', 3, ['stop', 'print'], 24),
  rule('override.authority', 'instruction_override', 2.25, ['systemTag'], 0),
  rule('override.decode_execute', 'instruction_override', 3.75, ['execute'], 0),

  rule('extraction.new_system_prompt', 'system_prompt_extraction', 7.5, ['newSystem'], 0, true),
  rule('extraction.reveal', 'system_prompt_extraction', 3.75, ['reveal', 'systemPrompt'], 36),
  rule('extraction.reveal_verbatim', 'system_prompt_extraction', 4.5, ['reveal', 'systemPrompt', 'verbatim'], 24),
  rule('extraction.verbatim', 'system_prompt_extraction', 3, ['reveal', 'verbatim', 'systemPrompt'], 24),
  rule('extraction.reveal_after', 'system_prompt_extraction', 2.25, ['systemPrompt', 'reveal'], 14),
  rule('extraction.given', 'system_prompt_extraction', 3, ['reveal', 'rules', 'gaveYou'], 24),
  rule('extraction.received', 'system_prompt_extraction', 3.75, ['rules', 'receivedByYou'], 16),
  rule('extraction.about', 'system_prompt_extraction', -3, ['about', 'systemPrompt'], 24),
  rule('extraction.gave_you', 'system_prompt_extraction', 2.25, ['reveal', 'gaveYou'], 40),
  rule('extraction.first_message', 'system_prompt_extraction', 3, ['reveal', 'begin', 'conversation'], 24),

  rule('jailbreak.dan', 'role_play_jailbreak', 6, ['dan'], 0, true),
  rule('jailbreak.unbound', 'role_play_jailbreak', 4.5, ['persona', 'unbound'], 64),
  rule('jailbreak.never_refuse', 'role_play_jailbreak', 3.75, ['never'], 0),
  rule('jailbreak.from_now_on', 'role_play_jailbreak', 3, ['from', 'unbound'], 80),
  rule('jailbreak.game', 'role_play_jailbreak', 3, ['game', 'unbound'], 60),
  rule('jailbreak.free_of_limits', 'role_play_jailbreak', 1.5, ['free', 'limits'], 24),
  rule('jailbreak.free_persona', 'role_play_jailbreak', 3, ['persona', 'free', 'limits'], 90),
  rule('jailbreak.limits_gone', 'role_play_jailbreak', 2.25, ['limits', 'gone'], 16),
  rule('jailbreak.persona_limits_gone', 'role_play_jailbreak', 3, ['persona', 'limits', 'gone'], 60),
  rule('jailbreak.other_self', 'role_play_jailbreak', 3, ['otherSelf'], 0),
  rule('jailbreak.anything', 'role_play_jailbreak', 1.5, ['persona', 'anything'], 160),
  rule('jailbreak.both_answers', 'role_play_jailbreak', 2.25, ['persona', 'unbound', 'answerBoth'], 120),

  rule('credentials.hand_over', 'credential_fishing', 3, ['handOver', 'secret'], 32),
  rule('credentials.kept', 'credential_fishing', -2.5, ['forbid', 'handOver', 'secret'], 16),
  rule('credentials.yours', 'credential_fishing', 3.75, ['handOver', 'whose', 'secret'], 24),
  rule('credentials.of_yours', 'credential_fishing', 3, ['handOver', 'secret', 'whose'], 24),
  rule('credentials.ask', 'credential_fishing', 3.75, ['ask', 'whose', 'secret'], 12),
  rule('credentials.what_is', 'credential_fishing', 1.5, ['ask', 'secret'], 12),
  rule('credentials.asked_for', 'credential_fishing', 3, ['secret', 'handOver'], 10),
  rule('credentials.mint', 'credential_fishing', 3.75, ['generate', 'mint'], 28),
  rule('credentials.lost', 'credential_fishing', 4.5, ['lost', 'mint'], 60),

  rule('indirect.to_the_model', 'indirect', 3, ['toModel'], 0),
  rule('indirect.notice', 'indirect', 3.75, ['notice', 'models', 'act'], 40),
  rule('indirect.order', 'indirect', 2.25, ['toModel', 'act'], 40),
  rule('indirect.planted', 'indirect', 1.5, ['planted'], 0),
  rule('indirect.if_asked', 'indirect', 4.5, ['ifAsked', 'replyWith'], 80),
  rule('indirect.fake_turn', 'indirect', 3, ['fakeTurn'], 0),
  rule('indirect.drop_the_data', 'indirect', 3, ['override', 'data'], 12),
  rule('indirect.drop_and_print', 'indirect', 3, ['override', 'data', 'replyWith'], 40),
  rule('indirect.focus', 'indirect', 3, ['focus'], 0),
  rule('indirect.candidate', 'indirect', 2.25, ['candidate'], 0),
];

/** Braces with something sensitive in them: checked where the text has braces. */
export const TEMPLATE_RULES = {
  referent: rule('template.referent', 'template_injection', 7.5, ['referent'], 0),
  weakReferent: rule('template.weak_referent', 'template_injection', 3.75, ['weakReferent'], 0),
  /** The same, but only the name of a variable that a program would put in. */
  name: rule('template.name', 'template_injection', 1.5, ['weakReferent'], 0),
  probe: rule('template.probe', 'template_injection', 8.25, [], 0),
} as const;

/** What makes any attack worse: that somebody took care to hide it. */
export const HIDDEN_WEIGHT = 2;

function rule(
  name: string,
  threat: Threat,
  weight: number,
  steps: readonly Concept[],
  gap: number,
  critical = false,
): Rule {
  return { name, threat, weight, steps, gap, critical };
}
