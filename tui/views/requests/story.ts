import type { AttemptStory, CandidateStory, Story } from '../../../src/inference/story.ts';
import { durations, NOTHING } from '../../components/numbers.ts';
import { folded } from '../../components/prose.ts';
import type { Line, Role } from '../../text.ts';
import { span } from '../../text.ts';

/** Why a request went where it went: who could have answered, why the others did not, every attempt, where the time went. */
export function decisionLines(story: Story, width: number): readonly Line[] {
  const { policy, pipeline, choices, attempts, times } = story;
  return [
    ...(policy === undefined
      ? []
      : section(`POLICY ${policy}${pipeline === undefined ? '' : `, pipeline ${pipeline}`}`)),
    ...choices.flatMap(({ candidates }, round) => [
      ...section(choices.length === 1 ? 'CANDIDATES' : `CHOICE ${round + 1}`),
      ...candidates.flatMap((candidate) => indented(candidateText(candidate), VERDICTS[candidate.verdict], width)),
    ]),
    ...(attempts.length === 0 ? [] : section('ATTEMPTS')),
    ...attempts.flatMap((attempt, at) =>
      indented(`${at + 1}. ${attemptText(attempt)}`, attempt.result === 'ok' ? 'plain' : 'bad', width),
    ),
    ...(times === null
      ? []
      : [
          ...section('TIME'),
          ...indented(
            `${ms(times.total_ms)} = queues ${ms(times.queued_ms)} + providers ${ms(times.asking_ms)} + waits between ` +
              `${ms(times.waiting_ms)} + everything else ${ms(times.other_ms)}`,
            'plain',
            width,
          ),
        ]),
  ];
}

const VERDICTS: Readonly<Record<CandidateStory['verdict'], Role>> = {
  chosen: 'good',
  passed_over: 'plain',
  busy: 'warning',
  out: 'bad',
};

const candidateText = ({ name, verdict, reason }: CandidateStory): string =>
  `${verdict === 'chosen' ? '●' : '○'} ${name}: ${verdict.replace('_', ' ')} (${reason})`;

function attemptText(attempt: AttemptStory): string {
  const { provider, model, started_ms, took_ms, first_token_ms, result, message, input_tokens, output_tokens } =
    attempt;
  const first = first_token_ms === null ? '' : `, first token after ${ms(first_token_ms)}`;
  const tokens = output_tokens === undefined ? '' : `, ${input_tokens ?? NOTHING}/${output_tokens} tokens`;
  const why = message === undefined ? '' : `: ${message}`;
  return `${provider}/${model} at ${ms(started_ms)}, took ${ms(took_ms)}${first}${tokens}: ${result}${why}`;
}

const ms = (value: number): string => (value === 0 ? '0' : durations([value])[0]!);

const section = (title: string): readonly Line[] => [[], [span(title, 'strong')]];

const indented = (text: string, role: Role, width: number): readonly Line[] =>
  folded(text, width - 2, role).map((line) => [span('  '), ...line]);
