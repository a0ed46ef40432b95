import { describe, expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { pause } from '../../src/core/pause.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { answerOf, FLAVOURS } from '../providers/flavours.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { prompt } from '../support/scripted-provider.ts';
import { type Ran, Workplace } from '../support/terminal.ts';
import { happen, type TestEngineOptions, testEngine } from '../support/test-engine.ts';
import { events, json, type Reply, reset, Upstream } from '../support/upstream.ts';

const LINES = 2000;
/** In flight at once, as a batch has them; more than there are workers. */
const WINDOW = 64;
const WORKERS = 16;
const MINUTE_MS = 60_000;

/** Answers after 20 ms, and during an outage resets every connection. */
function faltering(clock: ManualClock, from: number, to: number): Provider {
  return {
    name: 'api',
    kind: 'scripted',
    model: 'm',
    async run(attempt) {
      await pause(clock, 20, attempt.signal);
      if (from <= clock.now() && clock.now() < to) {
        attempt.error = new OrchestratorError('provider_unavailable', 'The connection was reset.');
      } else attempt.emit('fine');
    },
  };
}

interface Course {
  readonly lost: number;
  readonly calls: number;
  /** Virtual milliseconds from the first line to the last outcome. */
  readonly tookMs: number;
}

/** Sends all lines, a window of them at a time, over an outage. */
async function courseOf(options: TestEngineOptions, from = 1000, to = 2000): Promise<Course> {
  const clock = new ManualClock();
  const { engine } = testEngine({
    clock,
    provider: faltering(clock, from, to),
    workers: WORKERS,
    capacity: 2 * WINDOW,
    resilience: {},
    ...options,
  });
  let sent = 0;
  let told = 0;
  let lost = 0;
  const send = (): void => {
    if (sent === LINES) return;
    engine.submitWith(prompt(`line-${++sent}`), null, ({ status }) => {
      told++;
      if (status !== 'completed') lost++;
      queueMicrotask(send);
    });
  };
  const begunAt = clock.now();
  for (let at = 0; at < WINDOW; at++) send();
  for (const end = begunAt + 20 * MINUTE_MS; told < LINES && clock.now() < end; ) {
    clock.step();
    await happen();
  }
  expect(told).toBe(LINES);
  return { lost, calls: engine.snapshot().providers['api']!.calls, tookMs: clock.now() - begunAt };
}

const told = (wait_for_recovery: boolean): TestEngineOptions => ({
  configure: (config) => Object.assign(config.routing, { wait_for_recovery }),
});

describe('a batch of 2,000 lines over a provider that resets for a second', () => {
  test.each([
    ['patient', { patient: true }],
    ['told to wait', told(true)],
  ])('loses none when it is %s', async (_how, options) => {
    expect(await courseOf(options)).toMatchObject({ lost: 0 });
  });

  test.each([
    ['nobody says anything', {}],
    ['a patient one is told not to wait', { patient: true, ...told(false) }],
  ])('loses most of them when %s', async (_how, options) => {
    expect((await courseOf(options)).lost).toBeGreaterThan(LINES / 2);
  });

  test('loses none either when the outage is there from its first line on', async () => {
    expect(await courseOf({ patient: true }, 0)).toMatchObject({ lost: 0 });
  });
});

describe('a provider that stays away costs a patient batch one wait, not each line its own', () => {
  test('of three rounds of probes', async () => {
    const { lost, calls, tookMs } = await courseOf({ patient: true }, 0, Number.POSITIVE_INFINITY);
    expect(lost).toBe(LINES);
    // The rounds come after one, two and four minutes.
    expect(tookMs).toBeGreaterThan(7 * MINUTE_MS);
    expect(tookMs).toBeLessThan(8 * MINUTE_MS);
    expect(calls).toBeLessThan(2 * WORKERS);
  });

  test('of ten minutes, when its probes would take longer', async () => {
    const resilience = { circuit_breaker_timeout_s: 300 };
    const { lost, tookMs } = await courseOf({ patient: true, resilience }, 0, Number.POSITIVE_INFINITY);
    expect(lost).toBe(LINES);
    // The first after five; the second would come after fifteen.
    expect(tookMs).toBeLessThan(6 * MINUTE_MS);
  });

  test('of nothing, when the key is wrong', async () => {
    const clock = new ManualClock();
    const { engine, provider, send } = testEngine({
      clock,
      resilience: { circuit_breaker_threshold: 1 },
      patient: true,
    });
    send('first');
    provider.call('first').fail(new OrchestratorError('authentication_failed', 'The key is refused.'));
    await happen();
    expect(engine.outage()).toBeNull();
    const second = send('second');
    await happen();
    expect(second.outcomes).toMatchObject([{ error: { code: 'no_provider_available' } }]);
  });

  test('of nothing, when not even the first comes within ten minutes', async () => {
    const resilience = { circuit_breaker_timeout_s: 3600 };
    const { lost, tookMs } = await courseOf({ patient: true, resilience }, 0, Number.POSITIVE_INFINITY);
    expect(lost).toBe(LINES);
    expect(tookMs).toBeLessThan(MINUTE_MS);
  });

  test('and the next outage is waited out anew', async () => {
    const clock = new ManualClock();
    const resilience = { circuit_breaker_threshold: 1, circuit_breaker_probes: 1, retry_attempts: 1 };
    const world = testEngine({ clock, resilience, patient: true });
    const { provider } = world;
    const fails = async (id: string): Promise<void> => {
      provider.call(id).fail();
      await happen();
    };
    world.send('first');
    await fails('first');
    const patient = world.send('patient');
    for (const minutes of [1, 2, 4]) {
      expect(world.engine.outage()).toMatchObject({ provider: 'scripted', next_try_ms: minutes * MINUTE_MS });
      for (let second = 0; second < minutes * 60; second++) {
        clock.advance(1000);
        await happen();
      }
      // One line a round is let in, and fails.
      if (patient.status === 'waiting') await fails('patient');
      else {
        world.send(`probe-${minutes}`);
        await fails(`probe-${minutes}`);
      }
    }
    expect(world.engine.outage()).toBeNull();
    const hopeless = world.send('hopeless');
    await happen();
    expect(hopeless.outcomes).toMatchObject([{ error: { code: 'no_provider_available' } }]);
    clock.advance(8 * MINUTE_MS);
    world.send('well');
    provider.call('well').answer('here');
    await happen();
    world.send('last');
    await fails('last');
    expect(world.engine.outage()).toMatchObject({ provider: 'scripted', next_try_ms: MINUTE_MS });
  });
});

const [openAi] = FLAVOURS;
const ANSWER = events(answerOf(openAi!, ['fine']).join(''));

/** Resets its first requests. */
function stumbling(times: number): Reply {
  let asked = 0;
  return (response, received) => (asked++ < times ? reset : ANSWER)(response, received);
}

/** A place with an impatient breaker, one worker and two lines of input. */
function placeFor(upstream: Upstream): Workplace {
  const place = new Workplace();
  place.write(
    'pipeline.toml',
    [
      '[stages.inference]',
      'inference_workers = 1',
      '[resilience]',
      'retry_attempts = 1',
      'circuit_breaker_threshold = 1',
      'circuit_breaker_timeout_s = 0.1',
      'circuit_breaker_probes = 1',
      '[providers.api]',
      'kind = "open_ai"',
      `base_url = "${upstream.url}/v1"`,
    ].join('\n'),
  );
  place.write('lines.ndjson', ['a', 'b'].map((id) => `${JSON.stringify({ id, prompt: id })}\n`).join(''));
  return place;
}

const BATCH = ['run', '--input', 'lines.ndjson'];
const REPLAY = ['replay', '--queue-file', 'lines.ndjson', '--max-retries', '0'];
const answeredOf = ({ out }: Ran): number => (out.match(/"completed"/g) ?? []).length;

test.each([
  ['the second line of a batch waits', BATCH, 1],
  ['the second line of a replay waits', REPLAY, 1],
  ['a batch that is told not to fails', [...BATCH, '--set=routing.wait_for_recovery=false'], 0],
  ['a replay that is told not to fails', [...REPLAY, '--set=routing.wait_for_recovery=false'], 0],
])('while the breaker is open %s', async (_what, args, answered) => {
  await using upstream = await Upstream.start(stumbling(1));
  using place = placeFor(upstream);
  const ran = await place.run(args);
  expect(ran.exit).toBe(1);
  expect(answeredOf(ran)).toBe(answered);
  expect(upstream.received).toHaveLength(1 + answered);
  const waiting =
    /no provider can be asked; waiting for api: tried again in 1 s, given up at \d\d:\d\d:\d\d at the latest\n/;
  if (answered === 0) expect(ran.err).not.toMatch(/waiting/);
  else {
    expect(ran.err).toMatch(waiting);
    expect(ran.err).toContain('provider api answers again\n');
  }
});

test.each([
  ['a batch', BATCH],
  ['a replay', REPLAY],
])('%s gives a provider that stays away up, says so, and ends', async (_what, args) => {
  await using upstream = await Upstream.start(reset);
  using place = placeFor(upstream);
  const ran = await place.run([...args, '--set=resilience.circuit_breaker_timeout_s=0.02']);
  expect(ran.exit).toBe(1);
  expect(answeredOf(ran)).toBe(0);
  expect(ran.err).toMatch(/waiting for api: tried again in 1 s/);
  // One line a round is let in and lost; there are fewer lines than rounds.
  expect(upstream.received.length).toBeLessThanOrEqual(2);
});

describe('a replay through a server that can ask nobody', () => {
  const busy = json(
    503,
    { error: { code: 'no_provider_available', message: 'No provider can be asked.' } },
    { 'retry-after': '1', 'retry-after-ms': '40' },
  );
  const done = json(200, { output: 'done' });
  const version = json(200, { name: 'orchestrator', version: '0' });

  test('waits for as long as the server says, and counts that as no try', async () => {
    let refusals = 3;
    await using server = await Upstream.start((response, received) => {
      if (received.path === '/version') return version(response, received);
      return (refusals-- > 0 ? busy : done)(response, received);
    });
    using place = new Workplace();
    place.write('lines.ndjson', '{"prompt":"a","request_id":"a"}\n');
    const ran = await place.run([...REPLAY, '--concurrency', '1', '--orchestrator-url', server.url]);
    expect(ran.exit).toBe(0);
    expect(answeredOf(ran)).toBe(1);
    expect(ran.err).toMatch(/waiting for the server: tried again in 1 s, given up at/);
    // One refusal after the other bore the same key: nothing was done yet.
    const asked = server.received.filter(({ path }) => path === '/v1/prompt');
    expect(asked).toHaveLength(4);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });
});
