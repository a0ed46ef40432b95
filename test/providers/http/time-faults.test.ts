import { expect, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { askOnce, askWhole, Call, providerOf } from '../../support/provider-call.ts';
import { ToxicProxy } from '../../support/toxic-proxy.ts';
import { stream, Upstream } from '../../support/upstream.ts';
import { ANSWER, answer, at, turn, until } from '../openai-answer.ts';

test('fault 5: between two tokens time is measured, and nothing else: under a virtual clock', async () => {
  const clock = new ManualClock();
  await using upstream = await Upstream.start(stream([...ANSWER.slice(0, 2), ': alive\n\n'], 'hang'));
  const provider = providerOf('open_ai', {
    ...at(upstream),
    clock,
    idle_timeout_ms: 9000,
    first_token_timeout_ms: 90_000,
  });
  const call = new Call(provider, 'hi');
  await call.came(1);
  clock.advance(8999);
  await turn();
  expect(call.job.error).toBeNull();
  clock.advance(1);
  await call.done;
  expect(call.job.error).toMatchObject({ code: 'provider_timeout', message: expect.stringContaining('9000 ms') });
  expect(call.job.text).toBe('one ');
  provider.close?.();
  expect(clock.waiting).toBe(0);
});

test('fault 5: a provider that talks slowly is left to talk', async () => {
  const clock = new ManualClock();
  let next: () => void = () => undefined;
  await using upstream = await Upstream.start(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of ANSWER) {
      response.write(piece);
      if (piece === ANSWER.at(-1)) continue;
      await new Promise<void>((resolve) => {
        next = resolve;
      });
    }
    response.end();
  });
  const provider = providerOf('open_ai', { ...at(upstream), clock, idle_timeout_ms: 1000 });
  const call = new Call(provider, 'hi');
  await until(() => upstream.received.length === 1);
  next();
  for (let pieces = 1; pieces <= 3; pieces++) {
    await call.came(pieces);
    clock.advance(900);
    next();
  }
  await call.done;
  provider.close?.();
  expect(call.job).toMatchObject({ error: null, text: 'one two three' });
});

test('fault 5 through a slow line: bytes one by one are an answer', async () => {
  await using upstream = await Upstream.start(answer);
  await using proxy = await ToxicProxy.before(upstream.port, { sliceBytes: 7, latencyMs: 5 });
  expect(await askOnce('open_ai', at(proxy))).toMatchObject({ error: null, text: 'one two three' });
});

test.each([
  ['at connect', { down: true }, 'provider_unavailable', ''],
  ['within the headers', { limitBytes: 20, reset: true }, 'provider_unavailable', ''],
  ['within the headers, orderly', { limitBytes: 20 }, 'provider_unavailable', ''],
  ['within the body', { limitBytes: 420, reset: true }, 'provider_incomplete', 'one '],
  ['within the body, orderly', { limitBytes: 420 }, 'provider_incomplete', 'one '],
])('fault 7: the connection ends %s', async (_where, toxic, code, begin) => {
  await using upstream = await Upstream.start(stream(ANSWER));
  await using proxy = await ToxicProxy.before(upstream.port, { sliceBytes: 10, ...toxic });
  const job = await askOnce('open_ai', at(proxy));
  expect(job.error?.code).toBe(code);
  expect(job.text.startsWith(begin)).toBe(true);
  expect('one two three'.startsWith(job.text)).toBe(true);
  // Never sent again by itself: that is for the layer that counts attempts.
  expect(proxy.connections).toBe(1);
});

test('fault 12: a line that goes dead after the headers', async () => {
  await using upstream = await Upstream.start(stream(ANSWER));
  await using proxy = await ToxicProxy.before(upstream.port, { stallBytes: 150 });
  const job = await askOnce('open_ai', { ...at(proxy), first_token_timeout_ms: 100 });
  expect(job.error).toMatchObject({ code: 'provider_timeout', message: expect.stringContaining('first_token') });
});

test('a refusal whose reason never comes is still that refusal', async () => {
  await using upstream = await Upstream.start((response) => {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '2' });
    response.write('{"error":');
  });
  const job = await askOnce('open_ai', { ...at(upstream), first_token_timeout_ms: 100 });
  expect(job.error).toMatchObject({ code: 'provider_rate_limited', retryAfterMs: 2000 });
});

test('a whole answer takes as long as it takes, and a refusal in its place has no longer than a first token', async () => {
  const clock = new ManualClock();
  await using upstream = await Upstream.start((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"choices":');
  });
  const provider = providerOf('open_ai', { ...at(upstream), clock, first_token_timeout_ms: 100, idle_timeout_ms: 100 });
  const call = new Call(provider, 'hi', false);
  await until(() => upstream.received.length === 1);
  for (let turns = 0; turns < 4; turns++) await turn();
  clock.advance(100_000);
  await turn();
  expect(call.job.error).toBeNull();
  call.cancel();
  await call.done;
  provider.close?.();
  expect(clock.waiting).toBe(0);

  await using refusing = await Upstream.start((response) => {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '2' });
    response.write('{"error":');
  });
  const job = await askWhole('open_ai', { ...at(refusing), first_token_timeout_ms: 100 });
  expect(job.error).toMatchObject({ code: 'provider_rate_limited', retryAfterMs: 2000 });
});
