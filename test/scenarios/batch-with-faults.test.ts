import { expect, onTestFinished, test } from 'vitest';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { answerOf, FLAVOURS } from '../providers/flavours.ts';
import { turn } from '../providers/openai-answer.ts';
import { Started } from '../support/started.ts';
import { Workplace } from '../support/terminal.ts';
import { events, json, type Received, type Reply, reset, Upstream } from '../support/upstream.ts';

/** Lines of the batch: five seconds on two cores. Fewer while working on it: `LINES=1000 npx vitest run …`. */
const LINES = Number(process.env['LINES'] ?? 10_000);
const WORKERS = 64;
const KEY = 'sk-batch-0123456789abcdef';

const [openAi] = FLAVOURS;
const ANSWER = events(answerOf(openAi!, ['one ', 'two ', 'three']).join(''));
const LIMITED = json(429, { error: { message: 'Slow down', type: 'rate_limit_error' } });

const ONE_TRY = '[resilience]\nretry_attempts = 1\ncircuit_breaker_threshold = 0';

type Fault = 'reset' | 'limit';

const promptOf = ({ body }: Received): string => body.messages[0].content;
const prompts = Array.from({ length: LINES }, (_, at) => `question ${at + 1}`);

/** Of a hundred prompts five lose their connection and five are over the limit. */
function faultsFrom(random: Random): Map<string, Fault> {
  const faults = new Map<string, Fault>();
  for (const prompt of prompts) {
    const drawn = random();
    if (drawn < 0.1) faults.set(prompt, drawn < 0.05 ? 'reset' : 'limit');
  }
  return faults;
}

/** An API that fails some prompts until it is healed, and writes down which ones it has answered to the end. */
class FaultyApi {
  readonly answered: string[] = [];
  /** The most requests it had in hand at once. */
  peak = 0;
  readonly #faults: ReadonlyMap<string, Fault>;
  readonly #allAtWork = Promise.withResolvers<void>();
  #open = 0;
  #healed = false;

  constructor(faults: ReadonlyMap<string, Fault>) {
    this.#faults = faults;
  }

  heal(): void {
    this.#healed = true;
  }

  readonly reply: Reply = async (response, received) => {
    const prompt = promptOf(received);
    this.peak = Math.max(this.peak, ++this.#open);
    if (this.#open === WORKERS) this.#allAtWork.resolve();
    // Nobody is served before every worker has come: a client with fewer of them waits here for ever.
    await this.#allAtWork.promise;
    // Long enough for those to be counted who should not have come.
    await turn();
    this.#open--;
    const fault = this.#healed ? undefined : this.#faults.get(prompt);
    if (fault === 'reset') return reset(response, received);
    if (fault === 'limit') return LIMITED(response, received);
    response.on('finish', () => this.answered.push(prompt));
    return ANSWER(response, received);
  };
}

function started(place: Workplace, args: readonly string[], output: string): Started {
  const program = new Started(place, args, output);
  onTestFinished(() => program.kill('SIGKILL'));
  return program;
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));
const lettersOf = async (place: Workplace) =>
  parsed((await place.run(['dlq', 'export'])).out.split('\n').filter(Boolean));

test('a batch through an upstream with resets and limits: one outcome a line, the failed ones are replayed, nothing is answered twice', {
  timeout: 90_000,
}, async () => {
  using place = new Workplace();
  const faults = faultsFrom(seededRandom(55));
  const api = new FaultyApi(faults);
  await using upstream = await Upstream.start(api.reply);
  const provider = `kind = "open_ai"\nbase_url = "${upstream.url}/v1"\napi_key_env = "UP_KEY"`;
  // The same prompts fail each time, at once, while answers take a moment: neither retries nor a breaker help here.
  place.write('pipeline.toml', `[providers.up]\n${provider}\n${ONE_TRY}\n`);
  Object.assign(place.environment, { UP_KEY: KEY });
  place.write('in.ndjson', prompts.map((prompt, at) => `{"id":"q-${at + 1}","prompt":"${prompt}"}\n`).join(''));

  const workers = ['--set', `stages.inference.inference_workers=${WORKERS}`];
  const batch = started(place, ['run', '-i', 'in.ndjson', ...workers], 'out');
  expect(await batch.ended).toEqual([1, null]);
  const outcomes = parsed(batch.lines);
  expect(outcomes.map(({ line, id }) => [line, id])).toEqual(prompts.map((_, at) => [at + 1, `q-${at + 1}`]));
  const failed = outcomes.filter(({ status }) => status !== 'completed');
  expect(failed.map(({ line }) => prompts[line - 1])).toEqual([...faults.keys()]);
  for (const { line, error } of failed) {
    const fault = faults.get(prompts[line - 1]!);
    expect(error.code).toBe(fault === 'reset' ? 'provider_unavailable' : 'provider_rate_limited');
  }
  expect(batch.told).toContain(
    `${LINES} accepted, ${LINES - faults.size} answered, ${faults.size} dead letters, 0 bad lines`,
  );
  expect(api.peak).toBe(WORKERS);
  const letters = await lettersOf(place);
  expect(letters.map(({ request_id }) => request_id).sort()).toEqual(failed.map(({ id }) => id).sort());

  api.heal();
  const replay = started(place, ['replay', '--delay-ms', '0', '--concurrency', '32'], 'replayed');
  expect(await replay.ended).toEqual([0, null]);
  const replayed = parsed(replay.lines);
  expect(replayed.map(({ id }) => id).sort()).toEqual(failed.map(({ id }) => id).sort());
  expect(new Set(replayed.map(({ status, output }) => `${status}: ${output}`))).toEqual(
    new Set(['completed: one two three']),
  );
  expect(await lettersOf(place)).toEqual([]);

  // The upstream's own books: every prompt was answered, and none of them twice.
  expect(api.answered.toSorted()).toEqual(prompts.toSorted());
  const asked = Map.groupBy(upstream.received, promptOf);
  for (const prompt of prompts) {
    const fault = faults.get(prompt);
    const times = asked.get(prompt)!.length;
    // A reset on a connection that was used before is tried over a new one, once.
    if (fault === 'reset') expect(times).toBe(2);
    else expect(times).toBe(fault === 'limit' ? 2 : 1);
  }
  for (const shown of [batch, replay]) expect(shown.lines.join() + shown.told).not.toContain(KEY);
});
