import { expect, test } from 'vitest';
import { createConfig, createEngine } from '../../src/index.ts';
import { prompt } from '../support/scripted-provider.ts';
import { type Reply, Upstream } from '../support/upstream.ts';

const HERD = 10_000;
const EVENTS = { 'content-type': 'text/event-stream' };
const chunk = (text: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;

/** Begins to answer, and ends when the test says so. */
function slowAnswer(): { reply: Reply; finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reply: Reply = async (response) => {
    response.writeHead(200, EVENTS);
    response.write(chunk('forty-'));
    await promise;
    response.end(`${chunk('two')}data: [DONE]\n\n`);
  };
  return { reply, finish: resolve };
}

const engineAt = (url: string) =>
  createEngine(createConfig({ providers: { p: { kind: 'open_ai', base_url: `${url}/v1`, model: 'm' } } }));

test('ten thousand identical prompts at once over HTTP: one call, everybody gets the pieces and the answer', async () => {
  const { reply, finish } = slowAnswer();
  await using upstream = await Upstream.start(reply);
  const engine = engineAt(upstream.url);
  let streamed = 0;
  const handles = Array.from({ length: HERD }, (_, i) =>
    engine.submit(prompt('What is six times seven?', { id: `r${i}` })),
  );
  const begun = handles.map(async (handle, i) => {
    for await (const piece of handle) {
      if (piece === 'forty-') streamed++;
      // Some have enough after the first piece; the others must not notice.
      if (i % 100 === 0) handle.cancel();
    }
  });
  // All have the first piece before the answer has ended.
  while (streamed < HERD) await new Promise((resolve) => setTimeout(resolve, 5));
  finish();
  await Promise.all(begun);
  const outcomes = await Promise.all(handles);
  expect(upstream.received).toHaveLength(1);
  expect(outcomes.filter(({ status }) => status === 'cancelled')).toHaveLength(HERD / 100);
  const answered = outcomes.filter(({ status }) => status === 'completed');
  expect(answered).toHaveLength(HERD - HERD / 100);
  expect(new Set(answered.map(({ text }) => text))).toEqual(new Set(['forty-two']));
  // The first one was taken back; one of the others leads in its place, and the call is booked once.
  expect(answered.filter(({ source }) => source === 'model')).toHaveLength(1);
  const { totals, reuse } = engine.snapshot();
  expect(totals).toMatchObject({ submitted: HERD, in_flight: 0, shed: 0, failed: 0 });
  expect(reuse).toMatchObject({ in_flight_joins: HERD - 1, followers: 0, calls_in_flight: 0 });
  await engine.drain(0);
});

test('when its call fails, the herd fails with it, and the provider is asked as often as one request asks', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using upstream = await Upstream.start(async (response) => {
    await promise;
    response.writeHead(400).end('{"error":{"message":"no"}}');
  });
  const engine = engineAt(upstream.url);
  const handles = Array.from({ length: 1000 }, () => engine.submit(prompt('q')));
  // Nobody who is still queued when the call fails could share it: it fails once all do.
  while (engine.snapshot().reuse?.followers !== 999) await new Promise((turn) => setTimeout(turn, 5));
  resolve();
  const outcomes = await Promise.all(handles);
  expect(new Set(outcomes.map(({ status, error }) => `${status} ${error?.code}`))).toEqual(
    new Set(['failed request_rejected']),
  );
  expect(upstream.received).toHaveLength(1);
  await engine.drain(0);
});
