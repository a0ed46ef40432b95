/** What an attack is after. `indirect`: it stands in text that was fetched, not in what the user said. */
export const THREATS = [
  'instruction_override',
  'system_prompt_extraction',
  'role_play_jailbreak',
  'credential_fishing',
  'template_injection',
  'indirect',
] as const;

export type Threat = (typeof THREATS)[number];

/** `mixed`: several kinds at once, or too long to say. */
export type ThreatClass = Threat | 'mixed' | 'benign';

export type GuardAction = 'allow' | 'flag' | 'block';

/** Whose words a text is: the user's, or those of a document or a tool that the user may never have seen. */
export const ORIGINS = ['user', 'context', 'tool'] as const;

export type Origin = (typeof ORIGINS)[number];

/** What the guard found in a text. */
export interface GuardVerdict {
  /** What the thresholds say; whether a block is carried out is up to the mode. */
  readonly action: GuardAction;
  readonly class: ThreatClass;
  /** From 0 to 1. */
  readonly score: number;
  /** What was found, by name: rules (`override.previous`), how it was hidden (`view.base64`), the model (`model`). */
  readonly evidence: readonly string[];
  /** Where in the text the strongest of it stands, as UTF-16 indices; null for a text that is allowed. */
  readonly span: { readonly start: number; readonly end: number } | null;
  /** Among the evidence is a rule that blocks by itself. */
  readonly critical: boolean;
  /** One sentence for people; holds nothing of the text itself. */
  readonly reason: string;
}
