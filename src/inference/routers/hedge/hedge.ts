import type { Call, LayeredAttempt } from '../../../core/call.ts';
import type { LaterAttempt } from '../../../core/later-attempt.ts';
import { consumptionOf } from '../../../core/spent.ts';
import { estimateMessageTokens } from '../../../core/tokens.ts';
import { RollingWindow } from '../../../primitives/rolling-window.ts';
import type { Candidate } from '../../candidate.ts';
import { standingOf } from '../../standing.ts';
import { leastLoadedPolicy } from '../least-loaded/least-loaded.ts';
import { oneAtATime, plainTry } from '../one-at-a-time.ts';
import type { RouterDefinition } from '../router.ts';
import { SideBySide } from '../side-by-side.ts';
import { Hedging } from './hedging.ts';

/** Answers that are looked back at, and tokens of one while none is known. */
const ANSWERS = 64;
const FIRST_GUESS = 256;

export const hedge: RouterDefinition = {
  name: 'hedge',
  summary: 'the least loaded; when it is slow to begin, a second one, and the first to speak answers',
  create(parts) {
    const { settings, clock, decisions, candidates } = parts;
    const hedging = new Hedging<string>(settings.hedgePercentile, settings.hedgeMaxExtra);
    const pick = leastLoadedPolicy(candidates);
    const byName = new Map(candidates.map((candidate) => [candidate.provider.name, candidate]));
    /** Second attempts on their way, and what they will likely cost. */
    const seconds = new Map<LayeredAttempt, number>();
    const answers = new RollingWindow(ANSWERS);

    /** What a call will likely cost there: with an answer as long as others are. */
    const likelyCost = ({ messages, parameters }: Call, { cost }: Candidate): number => {
      const usual = answers.count === 0 ? FIRST_GUESS : answers.quantile(0.5);
      return cost(estimateMessageTokens(messages), Math.min(usual, parameters.max_tokens ?? usual)) ?? 0;
    };

    /** Another one; the same when it is the only one, whose second answer may well be faster. */
    const secondFor = (first: Candidate, eligible: readonly Candidate[]): Candidate | null => {
      const now = clock.now();
      const ready = eligible.filter((candidate) => standingOf(candidate, now).kind === 'ready');
      const others = ready.filter((candidate) => candidate !== first);
      if (others.length > 0) return pick(others).candidate;
      return ready.length > 0 ? first : null;
    };

    const race = (call: Call, first: Candidate, eligible: readonly Candidate[], delayMs: number): Promise<void> =>
      new Promise((resolve) => {
        let winner: LaterAttempt | null = null;
        const finish = (attempt: LaterAttempt): void => {
          timer.cancel();
          sides.settle(attempt);
          resolve();
        };
        const win = (attempt: LaterAttempt): void => {
          winner = attempt;
          timer.cancel();
          if (attempt !== sides.first) hedging.won++;
          sides.leaveOnly(attempt);
        };
        const sides = new SideBySide(
          call,
          (attempt, text) => {
            if (winner === null) win(attempt);
            if (winner === attempt) call.accept(text);
          },
          (attempt) => {
            if (winner === null && attempt.error === null) win(attempt);
            // The other one is still at it; and when nobody is, whoever comes next is a failover.
            if (winner === attempt || (winner === null && sides.running === 0)) finish(attempt);
          },
        );
        const timer = clock.after(delayMs, () => {
          if (call.ended !== null) return;
          const second = secondFor(first, eligible);
          if (second === null) return;
          const likely = likelyCost(call, second);
          if (!hedging.take(likely)) return;
          const reason = `hedge: ${first.provider.name} said nothing for ${Math.round(delayMs)} ms`;
          decisions.chose(call, { candidates: [{ name: second.provider.name, verdict: 'chosen', reason }] });
          sides.start(second, (attempt) => seconds.set(attempt, likely));
        });
        sides.start(first);
      });

    return {
      route: oneAtATime(parts, pick, (candidate, attempt, eligible) => {
        hedging.calls++;
        const delayMs = hedging.delayMs(candidate.provider.name);
        // Only an attempt that streams tells when it began to speak; those that race do.
        if (delayMs === null && attempt.streams) return plainTry(candidate, attempt, eligible);
        return race(attempt.call, candidate, eligible, delayMs ?? Number.POSITIVE_INFINITY);
      }),
      learn({ attempt, provider, startedAt, firstAt, endedAt }) {
        const { error } = attempt;
        const used = consumptionOf(attempt, attempt.said, error);
        if (error === null && used !== null) answers.record(used.output);
        hedging.paid(
          used === null ? 0 : (byName.get(provider)?.cost(used.input, used.output) ?? 0),
          seconds.get(attempt) ?? null,
        );
        seconds.delete(attempt);
        if (error !== null && error.code !== 'cancelled' && error.code !== 'provider_timeout') return;
        hedging.record(provider, (Number.isNaN(firstAt) ? endedAt : firstAt) - startedAt);
      },
      picture: () => ({
        calls: hedging.calls,
        extra: hedging.extra,
        capped: hedging.capped,
        won: hedging.won,
        ...(hedging.spent === 0 ? {} : { extra_usd: hedging.extraSpent, spent_usd: hedging.spent }),
        delay_ms: Object.fromEntries(
          candidates.map(({ provider }) => [provider.name, hedging.delayMs(provider.name)] as const),
        ),
      }),
    };
  },
};
