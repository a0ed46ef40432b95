import { expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { pause } from '../../src/core/pause.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { answerOf, FLAVOURS } from '../providers/flavours.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { prompt } from '../support/scripted-provider.ts';
import { Workplace } from '../support/terminal.ts';
import { happen, testEngine } from '../support/test-engine.ts';
import { events, type Reply, reset, Upstream } from '../support/upstream.ts';

const LINES = 2000;
/** In flight at once, as a batch has them; more than there are workers. */
const WINDOW = 64;
const WORKERS = 16;
const MINUTE_MS = 60_000;

/** Answers after 20 ms, and for one second resets every connection. */
function faltering(clock: ManualClock): Provider {
  return {
    name: 'api',
    kind: 'scripted',
    model: 'm',
    async run(attempt) {
      await pause(clock, 20, attempt.signal);
      if (1000 <= clock.now() && clock.now() < 2000) {
        attempt.error = new OrchestratorError('provider_unavailable', 'The connection was reset.');
      } else attempt.emit('fine');
    },
  };
}

/** Sends all lines, a window of them at a time; resolves with how many were not answered. */
async function lostOf(waitForRecovery: boolean): Promise<number> {
  const clock = new ManualClock();
  const { engine } = testEngine({
    clock,
    provider: faltering(clock),
    workers: WORKERS,
    capacity: 2 * WINDOW,
    resilience: {},
    configure: (config) => Object.assign(config.routing, { wait_for_recovery: waitForRecovery }),
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
  for (let at = 0; at < WINDOW; at++) send();
  for (const end = clock.now() + 10 * MINUTE_MS; told < LINES && clock.now() < end; ) {
    clock.step();
    await happen();
  }
  expect(told).toBe(LINES);
  return lost;
}

test('a batch of 2,000 lines over a provider that resets for a second loses none; without waiting, most of them', async () => {
  expect(await lostOf(true)).toBe(0);
  expect(await lostOf(false)).toBeGreaterThan(LINES / 2);
});

const [openAi] = FLAVOURS;
const ANSWER = events(answerOf(openAi!, ['fine']).join(''));

/** Resets its first request. */
function stumbling(): Reply {
  let asked = 0;
  return (response, received) => (asked++ === 0 ? reset : ANSWER)(response, received);
}

const WAITING = '--set=routing.wait_for_recovery=true';

test.each([
  ['told to, the second line of a batch waits', ['run', '--input', 'lines.ndjson', WAITING], 1],
  ['told to, that of a replay waits', ['replay', '--queue-file', 'lines.ndjson', '--max-retries', '0', WAITING], 1],
  ['unless it is told to, it fails', ['run', '--input', 'lines.ndjson'], 0],
])('while the breaker is open %s', async (_what, args, answered) => {
  using place = new Workplace();
  await using upstream = await Upstream.start(stumbling());
  place.write(
    'pipeline.toml',
    [
      '[stages.inference]',
      'inference_workers = 1',
      '[resilience]',
      'retry_attempts = 1',
      'circuit_breaker_threshold = 1',
      'circuit_breaker_timeout_s = 0.2',
      '[providers.api]',
      'kind = "open_ai"',
      `base_url = "${upstream.url}/v1"`,
    ].join('\n'),
  );
  place.write('lines.ndjson', ['a', 'b'].map((id) => `${JSON.stringify({ id, prompt: id })}\n`).join(''));
  const ran = await place.run(args);
  expect(ran.exit).toBe(1);
  expect(ran.out.match(/"completed"/g) ?? []).toHaveLength(answered);
  expect(upstream.received).toHaveLength(1 + answered);
});
