import type { Call } from '../../core/call.ts';
import { OrchestratorError } from '../../core/errors.ts';
import type { Candidate } from '../candidate.ts';
import { type Standing, standingOf } from '../standing.ts';
import type { CandidateStory } from '../story.ts';
import type { Pick, Policy, RouterParts } from './router.ts';

interface Judged {
  readonly candidate: Candidate;
  readonly standing: Standing;
}

/** Candidates of a call that are asked no more, and why; null for most calls. */
export type Asked = ReadonlyMap<Candidate, string> | null;

/**
 * Who is asked next: the policy chooses among those that are ready; when nobody is, those that a limit makes wait are
 * asked in the order in which they come free. Null when there is nobody; the choice is noted either way.
 */
export function choose(
  { clock, decisions }: RouterParts,
  policy: Policy,
  call: Call,
  eligible: readonly Candidate[],
  asked: Asked = null,
): Candidate | null {
  const now = clock.now();
  const judged: Judged[] = [];
  const ready: Candidate[] = [];
  for (const candidate of eligible) {
    if (asked?.has(candidate)) continue;
    const standing = standingOf(candidate, now);
    judged.push({ candidate, standing });
    if (standing.kind === 'ready') ready.push(candidate);
  }
  const pick = ready.length > 0 ? policy(ready, call) : soonest(judged);
  decisions.chose(call, { candidates: eligible.map((candidate) => story(candidate, judged, pick, asked)) });
  return pick?.candidate ?? null;
}

/** Where a limit that is used up is all that stands against them. */
function soonest(judged: readonly Judged[]): Pick | null {
  let best: { candidate: Candidate; inMs: number } | null = null;
  for (const { candidate, standing } of judged) {
    if (standing.kind !== 'busy') continue;
    // When a call ends nobody can say; with fewer that wait it is sooner.
    const inMs = standing.inMs ?? (candidate.places?.waiting ?? 0) * TYPICAL_CALL_MS;
    if (best === null || inMs < best.inMs) best = { candidate, inMs };
  }
  return best && { candidate: best.candidate, why: 'all others are out or wait longer' };
}

/** Puts those that wait for a place in line with those that wait for a turn. */
const TYPICAL_CALL_MS = 1000;

function story(candidate: Candidate, judged: readonly Judged[], pick: Pick | null, asked: Asked): CandidateStory {
  const { name } = candidate.provider;
  if (pick?.candidate === candidate) return { name, verdict: 'chosen', reason: pick.why };
  const before = asked?.get(candidate);
  if (before !== undefined) return { name, verdict: 'out', reason: before };
  const standing = judged.find((one) => one.candidate === candidate)?.standing;
  if (standing === undefined || standing.kind === 'ready') {
    return { name, verdict: 'passed_over', reason: 'ready, but another was preferred' };
  }
  return { name, verdict: standing.kind, reason: standing.reason };
}

/** The first of those that are out to come back, and when; null when nobody can say. */
export function earliestRecovery(
  eligible: readonly Candidate[],
  now: number,
): { readonly name: string; readonly inMs: number } | null {
  let first: { name: string; inMs: number } | null = null;
  for (const candidate of eligible) {
    const standing = standingOf(candidate, now);
    const inMs = standing.kind === 'ready' ? 0 : standing.inMs;
    if (inMs !== null && (first === null || inMs < first.inMs)) first = { name: candidate.provider.name, inMs };
  }
  return first;
}

/** Nobody can be asked: who they are, what is wrong with each, and who is back first. */
export function nobodyLeft(eligible: readonly Candidate[], now: number): OrchestratorError {
  const reasons = eligible.map((candidate) => {
    const standing = standingOf(candidate, now);
    return `${candidate.provider.name}: ${standing.kind === 'ready' ? 'ready again' : standing.reason}`;
  });
  const first = earliestRecovery(eligible, now);
  const when =
    first === null
      ? 'Nobody can say when one recovers'
      : `The first to be tried again is ${first.name}, in ${Math.ceil(first.inMs / 1000)} s`;
  return new OrchestratorError(
    'no_provider_available',
    `No provider can be asked (${reasons.join('; ')}). ${when}.`,
    first === null ? {} : { retryAfterMs: Math.ceil(first.inMs) },
  );
}
