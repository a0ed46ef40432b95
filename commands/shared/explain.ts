import { dollarText } from '../../src/core/money.ts';
import type { AttemptStory, CandidateStory, CostStory, Story } from '../../src/inference/story.ts';

type Tokens = Pick<AttemptStory, 'input_tokens' | 'output_tokens' | 'estimated'>;

/** The story of a request for people, a line each. */
export function explainLines(story: Story): readonly string[] {
  const { id, status, source, provider, model, error, policy, pipeline, choices, attempts, costs, times } = story;
  const from = provider === undefined ? '' : ` by ${provider}/${model}`;
  const reused = source === undefined || source === 'model' ? '' : `, from ${source.replace('_', ' ')}`;
  const way = [policy === undefined ? '' : `policy ${policy}`, pipeline === undefined ? '' : `pipeline ${pipeline}`];
  return [
    `request ${id}: ${status}${from}${reused}${error === undefined ? '' : ` (${error.code}: ${error.message})`}`,
    ...(policy === undefined ? [] : [`  ${way.filter((part) => part !== '').join(', ')}`]),
    ...choices.flatMap(({ candidates }, round) => [
      choices.length === 1 ? '  candidates:' : `  choice ${round + 1}:`,
      ...candidates.map(candidateLine),
    ]),
    ...(attempts.length === 0 ? [] : ['  attempts:', ...attempts.map(attemptLine)]),
    ...(costs === undefined
      ? []
      : ['  cost:', ...costs.map(costLine), `    in all ${dollars(story.cost_usd ?? null)}`]),
    ...(times === null
      ? []
      : [
          `  time: ${ms(times.total_ms)} = queues ${ms(times.queued_ms)} + providers ${ms(times.asking_ms)} + waits between ${ms(times.waiting_ms)} + everything else ${ms(times.other_ms)}`,
        ]),
  ];
}

const candidateLine = ({ name, verdict, reason }: CandidateStory): string =>
  `    ${name}: ${verdict.replace('_', ' ')} (${reason})`;

function attemptLine(attempt: AttemptStory, at: number): string {
  const { provider, model, started_ms, took_ms, first_token_ms, result, message } = attempt;
  const first = first_token_ms === null ? '' : `, first token after ${ms(first_token_ms)}`;
  const tokens = attempt.input_tokens === undefined ? '' : `, ${tokensText(attempt)}`;
  const why = message === undefined ? '' : `: ${message}`;
  return `    ${at + 1}. ${provider}/${model} at ${ms(started_ms)}, took ${ms(took_ms)}${first}${tokens}: ${result}${why}`;
}

const costLine = (cost: CostStory): string =>
  `    ${cost.provider}/${cost.model}: ${tokensText(cost)}, ${dollars(cost.usd)}`;

const tokensText = ({ input_tokens, output_tokens, estimated }: Tokens): string =>
  `${input_tokens} tokens in, ${output_tokens} out${estimated === true ? ' (estimated)' : ''}`;

const dollars = (usd: number | null): string => (usd === null ? 'price unknown' : dollarText(usd));

const ms = (value: number): string => `${value.toFixed(1)} ms`;
