import type { Call } from '../../../core/call.ts';
import type { LaterAttempt } from '../../../core/later-attempt.ts';
import type { Candidate } from '../../candidate.ts';
import { standingOf } from '../../standing.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { RouterDefinition, RouterParts, RoutingSettings } from '../router.ts';
import { SideBySide } from '../side-by-side.ts';
import { best, type Contribution, fastest, keywordDensity, longest, type Scorer } from './scorers.ts';

function scorerOf({ scorer, keywords }: RoutingSettings): Scorer {
  if (typeof scorer === 'function') return scorer;
  return { longest, fastest, keyword_density: keywordDensity(keywords) }[scorer];
}

export const tournament: RouterDefinition = {
  name: 'tournament',
  summary: 'all at once; the answer with the best score wins, and is handed out when that is known',
  create(parts) {
    const scorer = scorerOf(parts.settings);
    const wins = new Map<string, number>();
    // Nobody is ready: whoever comes free first answers alone.
    const alone = oneAtATime(parts, (ready) => ({ candidate: ready[0]!, why: 'the only one that is ready' }));
    return {
      route(call, eligible) {
        const now = parts.clock.now();
        const contestants = eligible.filter((candidate) => standingOf(candidate, now).kind === 'ready');
        if (contestants.length < 2) return alone(call, eligible);
        note(parts, call, eligible, contestants);
        return compete(parts, call, contestants, scorer, (provider) =>
          wins.set(provider, (wins.get(provider) ?? 0) + 1),
        );
      },
      picture: () => ({ wins: Object.fromEntries(wins) }),
    };
  },
};

function compete(
  { settings, clock, budget }: RouterParts,
  call: Call,
  contestants: readonly Candidate[],
  scorer: Scorer,
  onWon: (provider: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const from = clock.now();
    const answers: { attempt: LaterAttempt; score: number }[] = [];
    const failed: LaterAttempt[] = [];
    let entered = 0;
    const finish = (): void => {
      const winner = best(answers, ({ score }) => score)?.attempt ?? failed[0]!;
      if (winner.error === null) {
        budget.answered++;
        onWon(winner.provider!);
        call.accept(winner.said);
      } else budget.failed++;
      race.settle(winner);
      resolve();
    };
    const race = new SideBySide(
      call,
      () => undefined,
      (attempt) => {
        if (attempt.error !== null) failed.push(attempt);
        else {
          const { provider, said: text } = attempt;
          answers.push({ attempt, score: scoreOf(scorer, { provider: provider!, text, ms: clock.now() - from }) });
        }
        const over = race.running === 0 && entered === contestants.length;
        if (over || (answers.length === 1 && !settings.awaitAll && attempt.error === null)) finish();
      },
    );
    for (const candidate of contestants) {
      entered++;
      if (settings.awaitAll || answers.length === 0) race.start(candidate);
    }
  });
}

/** A scorer of somebody else's that throws has no say; the answer may still be the only one. */
function scoreOf(scorer: Scorer, contribution: Contribution): number {
  try {
    return scorer(contribution);
  } catch {
    return Number.NaN;
  }
}

function note(
  { decisions, clock }: RouterParts,
  call: Call,
  eligible: readonly Candidate[],
  contestants: readonly Candidate[],
): void {
  const now = clock.now();
  decisions.chose(call, {
    candidates: eligible.map((candidate) => {
      const { name } = candidate.provider;
      if (contestants.includes(candidate)) return { name, verdict: 'chosen', reason: 'takes part' };
      const standing = standingOf(candidate, now);
      return standing.kind === 'ready'
        ? { name, verdict: 'passed_over', reason: 'ready too late' }
        : { name, verdict: standing.kind, reason: standing.reason };
    }),
  });
}
