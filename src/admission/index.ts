import { type Check, inOrder, type Report } from './admission.ts';
import { GuardGate, type GuardMode, type GuardPicture } from './guard/gate.ts';
import { PromptGuard } from './guard/guard.ts';

/** The sections of the configuration that admission goes by. */
export interface AdmissionConfig {
  readonly guard: {
    readonly enabled: boolean;
    readonly mode?: GuardMode | undefined;
    readonly risk_threshold: number;
    readonly flag_threshold: number;
    readonly max_prompt_bytes: number;
    readonly block_oversized: boolean;
    readonly allow: readonly string[];
    readonly model: boolean;
  };
}

/** The admission section of the snapshot; what is off is absent. */
export interface AdmissionPicture {
  readonly guard?: GuardPicture;
}

export interface Admission {
  /** What a request must pass, in order: guard, token budget, rate limits. The deadline comes last, in the pipeline. */
  readonly admit: Check;
  /** For text that joins a request later on; null when the guard is off. */
  readonly guard: GuardGate | null;
  read(): AdmissionPicture;
}

/**
 * What is checked at the entry; null when that is nothing.
 * @param mode of the guard, where the configuration leaves it to the surface
 */
export function createAdmission({ guard: asked }: AdmissionConfig, mode: GuardMode, report: Report): Admission | null {
  const guard = asked.enabled ? new GuardGate(guardOf(asked), asked.mode ?? mode, report) : null;
  const admit = inOrder([...(guard === null ? [] : [guard.check])]);
  if (admit === null) return null;
  return { admit, guard, read: () => ({ ...(guard === null ? {} : { guard: guard.read() }) }) };
}

/** A guard as the configuration describes it. Throws `internal` when the package has lost its model. */
export function guardOf(config: AdmissionConfig['guard']): PromptGuard {
  return new PromptGuard({
    riskThreshold: config.risk_threshold,
    flagThreshold: config.flag_threshold,
    maxPromptBytes: config.max_prompt_bytes,
    blockOversized: config.block_oversized,
    allow: config.allow,
    ...(config.model ? {} : { model: null }),
  });
}
