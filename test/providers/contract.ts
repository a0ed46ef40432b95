import { describe, expect, test } from 'vitest';
import { ask, askOnce, askWhole, Call, type CallOptions, providerOf } from '../support/provider-call.ts';
import { body, hang, json, reset, stream, Upstream } from '../support/upstream.ts';
import { answerOf, type Flavour } from './flavours.ts';

const TEXTS = ['Back', 'pressure: ', 'é 漢字 👩‍💻', ' ok'];
const TEXT = TEXTS.join('');

/** What holds for every provider, whatever it speaks. */
export function contract(flavour: Flavour): void {
  const { kind, basePath, contentType } = flavour;
  const at = (upstream: Upstream, more: CallOptions = {}): CallOptions => ({
    base_url: upstream.url + basePath,
    ...more,
  });
  const streamed = (pieces: readonly string[], end: Parameters<typeof stream>[1] = 'end') =>
    stream(pieces, end, { 'content-type': contentType });
  const answer = answerOf(flavour, TEXTS);

  describe(flavour.name, () => {
    test('sends exactly the prompt, and streams the answer as it comes', async () => {
      await using upstream = await Upstream.start(streamed(answer));
      const provider = providerOf(kind, at(upstream));
      const call = new Call(provider, 'hi');
      await call.done;
      provider.close?.();
      expect(call.job.error).toBeNull();
      expect(call.pieces).toEqual(TEXTS);
      expect(call.job).toMatchObject({ text: TEXT, finishReason: 'stop' });
      const { method, path, body: sent } = upstream.last;
      expect([method, path]).toEqual(['POST', flavour.path]);
      const asked = flavour.promptIn(sent);
      expect(asked).toEqual(typeof asked === 'string' ? 'hi' : [{ role: 'user', content: 'hi' }]);
      expect(sent.stream).toBe(true);
    });

    test('a piece is there before the next one is sent', async () => {
      let go: () => void = () => undefined;
      await using upstream = await Upstream.start(async (response) => {
        response.writeHead(200, { 'content-type': contentType });
        response.write(answer.slice(0, -2).join(''));
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        response.end(answer.slice(-2).join(''));
      });
      const provider = providerOf(kind, at(upstream));
      const call = new Call(provider, 'hi');
      await call.came(1);
      go();
      await call.done;
      provider.close?.();
      expect(call.job.text).toBe(TEXT);
    });

    test('tokens are counted by the provider, or marked as estimated', async () => {
      await using upstream = await Upstream.start(streamed(answer));
      const job = await askOnce(kind, at(upstream));
      if (flavour.counts) {
        expect(job.usage).toEqual({
          input_tokens: 11,
          output_tokens: 7,
          estimated: false,
          cache_read_tokens: 4,
          cache_write_tokens: 0,
        });
        expect(job.model).toBe('m-1');
      } else {
        expect(job.usage).toEqual({ input_tokens: 1, output_tokens: 10, estimated: true });
      }
    });

    test('an answer in one piece is an answer, too', async () => {
      await using upstream = await Upstream.start(json(200, flavour.whole(TEXT)));
      const job = await askOnce(kind, at(upstream));
      expect(job.error).toBeNull();
      expect(job).toMatchObject({ text: TEXT, finishReason: 'stop' });
    });

    test('where nobody reads it before its end, the whole answer is asked for, and one in pieces is taken, too', async () => {
      await using upstream = await Upstream.start([json(200, flavour.whole(TEXT)), streamed(answer)]);
      for (let asked = 1; asked <= 2; asked++) {
        const job = await askWhole(kind, at(upstream));
        expect(job).toMatchObject({ error: null, text: TEXT, finishReason: 'stop' });
        if (flavour.counts) expect(job.usage).toMatchObject({ input_tokens: 11, output_tokens: 7, estimated: false });
        expect(upstream.last.body.stream ?? false).toBe(false);
        expect(upstream.last.body.stream_options).toBeUndefined();
      }
    });

    test('a provider with always_stream is asked for a stream all the same', async () => {
      await using upstream = await Upstream.start(streamed(answer));
      expect(await askWhole(kind, at(upstream, { always_stream: true }))).toMatchObject({ error: null, text: TEXT });
      expect(upstream.last.body.stream).toBe(true);
    });

    test('a whole answer that breaks off is no answer, and none of it was said', async () => {
      const text = JSON.stringify(flavour.whole(TEXT));
      await using upstream = await Upstream.start((response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length + 100 });
        response.write(text.slice(0, 40), () => response.destroy());
      });
      const job = await askWhole(kind, at(upstream));
      expect(job.error?.code).toBe('provider_incomplete');
      expect(job).toMatchObject({ text: '', spoke: false });
    });

    test('parameters are really sent', async () => {
      await using upstream = await Upstream.start(streamed(answer));
      const parameters = { max_tokens: 5, temperature: 0.5, top_p: 0.9, top_k: 40, stop: ['END'] };
      await askOnce(kind, at(upstream), { id: 'r', messages: [{ role: 'user', content: 'hi' }], parameters });
      const { body: sent } = upstream.last;
      expect(sent).toMatchObject({ temperature: 0.5, top_p: 0.9, top_k: 40 });
      expect(sent.stop ?? sent.stop_sequences).toEqual(['END']);
      expect(sent.max_tokens ?? sent.n_predict).toBe(5);
    });

    test('connections are used again', async () => {
      await using upstream = await Upstream.start(streamed(answer));
      const provider = providerOf(kind, at(upstream));
      for (let i = 0; i < 3; i++) expect((await ask(provider)).error).toBeNull();
      provider.close?.();
      expect(upstream.received).toHaveLength(3);
      expect(upstream.connections).toBeLessThanOrEqual(2);
    });

    test('fault 9: the answer is the same at every split of its bytes', async () => {
      const bytes = Buffer.from(answer.join(''));
      // All splits in one connection's worth of requests: two writes each.
      const splits = Array.from({ length: bytes.length - 1 }, (_, i) => i + 1);
      await using upstream = await Upstream.start(
        splits.map((at) => stream([bytes.subarray(0, at), bytes.subarray(at)], 'end', { 'content-type': contentType })),
      );
      const provider = providerOf(kind, at(upstream));
      for (const split of splits) {
        const job = await ask(provider);
        if (job.text !== TEXT || job.error !== null) expect({ split, text: job.text, error: job.error }).toBeNull();
      }
      provider.close?.();
    });

    test('fault 6: an answer that breaks off is incomplete, never a success, and its text is kept', async () => {
      for (const end of ['close', 'reset'] as const) {
        await using upstream = await Upstream.start(streamed(answer.slice(0, 3), end));
        const job = await askOnce(kind, at(upstream));
        expect(job.error?.code).toBe('provider_incomplete');
        expect(TEXT.startsWith(job.text)).toBe(true);
        expect(upstream.received).toHaveLength(1);
      }
    });

    if (flavour.terminated) {
      test('fault 6: an end without the mark of the end is no end', async () => {
        await using upstream = await Upstream.start(streamed(answer.slice(0, -1)));
        const job = await askOnce(kind, at(upstream));
        expect(job.error?.code).toBe('provider_incomplete');
        expect(job.text).toBe(TEXT);
        expect(job.usage).toMatchObject({ estimated: true });
      });
    }

    test('fault 4: an error within the answer is told as such, with the text so far', async () => {
      await using upstream = await Upstream.start(streamed([...answer.slice(0, 3), flavour.errorEvent]));
      const job = await askOnce(kind, at(upstream));
      expect(job.error?.code).toBe('upstream_midstream');
      expect(job.error?.message).toMatch(/(?:overloaded|Loading model).*[.!?] This came within its answer/i);
      expect(job.text.length).toBeGreaterThan(0);
      expect(job.usage).not.toBeNull();
    });

    test('an error before the first token keeps its own code', async () => {
      await using upstream = await Upstream.start(streamed([flavour.errorEvent]));
      expect((await askOnce(kind, at(upstream))).error?.code).toBe('provider_overloaded');
    });

    test('fault 5: keep-alives are no tokens', async () => {
      await using upstream = await Upstream.start(async (response) => {
        response.writeHead(200, { 'content-type': contentType });
        response.write(answer.slice(0, 2).join(''));
        const alive = setInterval(() => response.write(flavour.keepAlive), 10);
        response.on('close', () => clearInterval(alive));
      });
      const job = await askOnce(kind, at(upstream, { idle_timeout_ms: 120 }));
      expect(job.error).toMatchObject({
        code: 'provider_timeout',
        message: expect.stringContaining('idle_timeout_ms'),
      });
      expect(job.text).not.toBe('');
    });

    test('fault 12: headers and then nothing', async () => {
      await using upstream = await Upstream.start(streamed([], 'hang'));
      const job = await askOnce(kind, at(upstream, { first_token_timeout_ms: 60 }));
      expect(job.error?.message).toContain('first_token_timeout_ms');
      expect(job.error?.code).toBe('provider_timeout');
    });

    test('nothing at all', async () => {
      await using upstream = await Upstream.start(hang);
      expect((await askOnce(kind, at(upstream, { first_token_timeout_ms: 60 }))).error?.code).toBe('provider_timeout');
    });

    test('fault 7: a reset instead of an answer', async () => {
      await using upstream = await Upstream.start(reset);
      expect((await askOnce(kind, at(upstream))).error?.code).toBe('provider_unavailable');
      expect(upstream.received).toHaveLength(1);
    });

    test('taken back by the caller: the connection is closed, and there is no error', async () => {
      await using upstream = await Upstream.start(streamed(answer.slice(0, 2), 'hang'));
      const provider = providerOf(kind, at(upstream));
      const call = new Call(provider, 'hi');
      await call.came(1);
      call.cancel();
      await call.done;
      expect(call.job.error).toBeNull();
      while (upstream.closed === 0) await new Promise((resolve) => setImmediate(resolve));
      provider.close?.();
    });

    test.each([
      [401, {}, 'authentication_failed'],
      [403, {}, 'authentication_failed'],
      [404, { message: 'The model `x` does not exist', code: 'model_not_found' }, 'model_unknown'],
      [404, { message: 'model: claude-x', type: 'not_found_error' }, 'model_unknown'],
      [404, { message: 'Not Found' }, 'provider_protocol'],
      [400, { message: 'temperature must be below 2' }, 'request_rejected'],
      [400, { message: "This model's maximum context length is 8192 tokens" }, 'context_length_exceeded'],
      [400, { message: 'x', type: 'exceed_context_size_error' }, 'context_length_exceeded'],
      [400, { message: 'prompt is too long: 210000 tokens > 200000 maximum' }, 'context_length_exceeded'],
      [429, { message: 'Slow down' }, 'provider_rate_limited'],
      [429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }, 'provider_quota_exhausted'],
      [402, { type: 'billing_error' }, 'provider_quota_exhausted'],
      [500, { message: 'oops' }, 'provider_failed'],
      [502, {}, 'provider_unavailable'],
      [503, { message: 'Loading model' }, 'provider_overloaded'],
      [529, { type: 'overloaded_error' }, 'provider_overloaded'],
    ])('%i %j is %s', async (status, error, code) => {
      await using upstream = await Upstream.start(json(status, { error }));
      const job = await askOnce(kind, at(upstream));
      expect(job.error?.code).toBe(code);
      expect(job.error?.message).toContain(String(status));
      expect(job.text).toBe('');
    });

    test('fault 8: a page or an error where the answer should be', async () => {
      const page = '<html><title>502</title><body><h1>Bad Gateway</h1></body></html>';
      const replies = [
        body(200, { 'content-type': 'text/html' }, page),
        body(200, { 'content-type': contentType }, page),
        json(200, { error: { message: 'Rate limit reached', type: 'rate_limit_error' } }),
        body(200, { 'content-type': contentType }, JSON.stringify({ error: { message: 'no', code: 'rate_limit' } })),
        body(200, { 'content-type': 'application/json' }, '{"cut'),
        body(200, { 'content-type': 'application/json' }, '{}'),
        body(204, {}, ''),
      ];
      await using upstream = await Upstream.start(replies);
      const provider = providerOf(kind, at(upstream));
      const codes: (string | undefined)[] = [];
      for (const _ of replies) codes.push((await ask(provider)).error?.code);
      provider.close?.();
      const [html, asStream, asJson, jsonAsStream, cut, empty, nothing] = codes;
      expect([html, cut, empty]).toEqual(['provider_protocol', 'provider_protocol', 'provider_protocol']);
      expect(asStream).toBe('provider_protocol');
      expect([asJson, jsonAsStream]).toEqual(['provider_rate_limited', 'provider_rate_limited']);
      expect(nothing).toBe('provider_protocol');
    });

    test('a redirect is an error that says so, and the key goes nowhere', async () => {
      await using other = await Upstream.start(streamed(answer));
      await using upstream = await Upstream.start(body(307, { location: `${other.url}/v1` }, ''));
      const environment = { THE_KEY: 'k-canary-0123456789' };
      const job = await askOnce(kind, at(upstream, { environment, api_key_env: 'THE_KEY' }));
      expect(job.error).toMatchObject({
        code: 'provider_protocol',
        message: expect.stringContaining('redirect (307)'),
      });
      expect(other.received).toEqual([]);
    });

    if (!flavour.tools) {
      test('what this API has no words for is said', async () => {
        await using upstream = await Upstream.start(streamed(answer));
        const job = await askOnce(kind, at(upstream), {
          id: 'r',
          messages: [{ role: 'user', content: 'hi' }],
          tools: [{ name: 'f' }],
        });
        expect(job.error).toMatchObject({ code: 'request_invalid', param: 'tools' });
        expect(upstream.received).toEqual([]);
      });
    }
  });
}
