import type { Call, LayeredAttempt } from '../../core/call.ts';
import { LaterAttempt } from '../../core/later-attempt.ts';
import { pause } from '../../core/pause.ts';
import type { Candidate } from '../candidate.ts';
import { overdue } from '../layers/overdue.ts';
import { retryDelayMs } from '../layers/retry/retry-policy.ts';
import { type Asked, choose, earliestRecovery, nobodyLeft } from './choosing.ts';
import type { Policy, Route, RouterParts } from './router.ts';

/** Makes one try at a call, at this candidate first, and leaves its end in the call. `attempt` is the call when it is the first. */
export type Try = (
  candidate: Candidate,
  attempt: LayeredAttempt,
  eligible: readonly Candidate[],
) => void | Promise<void>;

/** A plain attempt; the end of a later one is the call's, unless it was not even let through. */
export const plainTry: Try = (candidate, attempt) => {
  const { call } = attempt;
  if (attempt === call) return candidate.step(call);
  const before = call.attempts;
  const take = (): void => {
    if (call.attempts > before) call.take(attempt as LaterAttempt);
  };
  const waits = candidate.step(attempt);
  return waits === undefined ? take() : waits.then(take);
};

/**
 * Asks one candidate after the other until one answers: the policy chooses, those that failed are passed over while
 * there is another, and once everybody was asked, the round begins anew after the wait of a retry. Failovers and retries
 * charge the same budget and count as attempts; nothing is tried again after the first token.
 */
export function oneAtATime(parts: RouterParts, policy: Policy, tryAt: Try = plainTry): Route {
  const { budget, retry, clock, random, counters, patience } = parts;

  /** A call begins to wait for a recovery: until when it may. */
  const startWaiting = (call: Call): number => {
    counters.waited++;
    return patience.until(call);
  };

  /** Waits until somebody may have recovered; null when nobody of those worth asking does by `until`. `waiter` is the next attempt. */
  const recovered = async (
    waiter: LayeredAttempt,
    eligible: readonly Candidate[],
    until: number,
    useless: Asked = null,
  ): Promise<Candidate | null> => {
    const { call } = waiter;
    const useful = eligible.filter((candidate) => useless?.has(candidate) !== true);
    counters.waiting++;
    try {
      for (;;) {
        const hopes = patience.hopes(useful);
        if (hopes.length === 0) return null;
        const now = clock.now();
        const inMs = Math.max(earliestRecovery(hopes, now)?.inMs ?? LOOK_MS, SHORTEST_WAIT_MS);
        if (now + inMs >= until) return null;
        await pause(clock, Math.min(inMs, LOOK_MS), waiter.signal);
        if (call.ended !== null || overdue(call, clock)) return null;
        const candidate = choose(parts, policy, call, eligible, useless);
        if (candidate !== null) return candidate;
      }
    } finally {
      counters.waiting--;
    }
  };

  const afterWait = async (call: Call, eligible: readonly Candidate[]): Promise<void> => {
    const candidate = await recovered(call, eligible, startWaiting(call));
    if (call.ended !== null) return;
    return candidate === null ? refuse(call, eligible) : first(call, eligible, candidate);
  };

  const refuse = (call: Call, eligible: readonly Candidate[]): void => {
    counters.unserved++;
    call.fail(nobodyLeft(eligible, clock.now()));
  };

  const answered = (call: Call): void => {
    if (call.error === null) budget.answered++;
  };

  const again = async (call: Call, eligible: readonly Candidate[], first: Candidate): Promise<void> => {
    /** Asked in this round, and not worth asking again. */
    const round = new Map<Candidate, string>();
    const useless = new Map<Candidate, string>();
    let last = first;
    let before = 0;
    let waitsUntil: number | null = null;
    budget.failed++;
    for (;;) {
      const { error } = call;
      if (error === null) return answered(call);
      if (call.ended !== null || call.spoke || error.definition.action === 'fail') return;
      const refused = call.attempts === before;
      const why = `asked before: ${refused ? 'it let nobody in' : error.code}`;
      // Who let nobody in may do so later.
      const final = refused ? !patience.waits : error.definition.action === 'fail_over';
      (final ? useless : round).set(last, why);
      if (!refused && call.attempts >= retry.attempts) return;

      const later = new LaterAttempt(call);
      let waitMs = 0;
      let free = refused;
      let next = choose(parts, policy, call, eligible, new Map([...round, ...useless]));
      const roundIsOver = next === null && round.size > 0;
      if (roundIsOver) {
        waitMs = retryDelayMs(Math.max(call.attempts, 1), error.retryAfterMs, retry, random);
        round.clear();
        next = choose(parts, policy, call, eligible, useless);
      }
      if (patience.waits && (next === null || (roundIsOver && refused))) {
        waitMs = 0;
        waitsUntil ??= startWaiting(call);
        next = await recovered(later, eligible, waitsUntil, useless);
        free = next !== null && patience.pays(next);
      }
      if (next === null || clock.now() + waitMs >= call.deadlineAt) return;
      // Somebody who let nobody in has cost nothing.
      if (!free && !budget.withdraw()) {
        last.record.unaffordable++;
        return;
      }
      if (!refused) {
        if (next === last) next.record.retries++;
        else counters.failovers++;
      }
      if (waitMs > 0) await pause(clock, waitMs, later.signal);
      if (call.ended !== null || overdue(later, clock)) return;
      before = call.attempts;
      last = next;
      await tryAt(next, later, eligible);
    }
  };

  const first = (call: Call, eligible: readonly Candidate[], candidate: Candidate): void | Promise<void> => {
    const waits = tryAt(candidate, call, eligible);
    if (waits !== undefined)
      return waits.then(() => (call.error === null ? answered(call) : again(call, eligible, candidate)));
    return call.error === null ? answered(call) : again(call, eligible, candidate);
  };

  return (call, eligible) => {
    const candidate = choose(parts, policy, call, eligible);
    if (candidate !== null) return first(call, eligible, candidate);
    return patience.waits ? afterWait(call, eligible) : refuse(call, eligible);
  };
}

/** How often is looked whether running probes have ended or a breaker was reset, and the shortest wait altogether. */
const LOOK_MS = 1000;
const SHORTEST_WAIT_MS = 1;
