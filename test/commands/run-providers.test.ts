import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { Workplace } from '../support/terminal.ts';
import { body, events, json, Upstream } from '../support/upstream.ts';

const chunk = (text: string) =>
  `data: ${JSON.stringify({ model: 'm-1', choices: [{ delta: { content: text } }] })}\n\n`;
const ANSWER = events(`${chunk('fine ')}${chunk('thanks')}data: [DONE]\n\n`);

const asked = (place: Workplace, base: string, ...more: string[]) =>
  place.run(['run', '--set', 'providers.p.kind=open_ai', '--set', `providers.p.base_url=${base}/v1`, ...more, 'hello']);

test('an answer streams to stdout, and its numbers are in the snapshot', async () => {
  using place = new Workplace();
  await using upstream = await Upstream.start(ANSWER);
  const ran = await asked(place, upstream.url, '--snapshot', 'snapshot.json');
  expect(ran).toEqual({ exit: 0, out: 'fine thanks\n', err: '' });
  expect(upstream.last.body).toEqual({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
    stream_options: { include_usage: true },
  });
  const { providers } = JSON.parse(place.read('snapshot.json'));
  expect(providers.p).toMatchObject({ kind: 'open_ai', model: 'gpt-4o', calls: 1, ok: 1, errors: {}, in_flight: 0 });
  expect(providers.p.ttft_p50_ms).toBeGreaterThan(0);
  expect(providers.p.p50_ms).toBeGreaterThanOrEqual(providers.p.ttft_p50_ms * 0.98);
});

test('one outcome tells tool calls, model and usage', async () => {
  using place = new Workplace();
  const call = { id: 'c1', function: { name: 'weather', arguments: '{}' } };
  await using upstream = await Upstream.start(
    json(200, {
      model: 'm-1',
      choices: [{ message: { tool_calls: [call] }, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 5, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 3 } },
    }),
  );
  const line = {
    messages: [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: 'sun', tool_call_id: 'c1' },
    ],
    tools: [{ type: 'function', function: { name: 'weather' } }],
    tool_choice: 'required',
    stop: 'END',
  };
  const flags = ['--set', 'providers.p.kind=open_ai', '--set', `providers.p.base_url=${upstream.url}`];
  const ran = await place.run(['run', ...flags, '--input', '-'], { stdin: JSON.stringify(line) });
  expect(ran.exit).toBe(0);
  expect(JSON.parse(ran.out)).toMatchObject({
    status: 'completed',
    model: 'm-1',
    provider: 'p',
    finish_reason: 'tool_calls',
    tool_calls: [{ id: 'c1', name: 'weather', arguments: '{}' }],
    usage: { input_tokens: 5, output_tokens: 2, estimated: false, cache_read_tokens: 3 },
  });
  expect(upstream.last.body).toMatchObject({ tool_choice: 'required', stop: ['END'], tools: [{ type: 'function' }] });
  expect(upstream.last.body.messages[1].tool_calls).toEqual([{ ...call, type: 'function' }]);
});

test.each([
  ['anthropic', 'ANTHROPIC_API_KEY', 'console.anthropic.com'],
  ['open_ai', 'OPENAI_API_KEY', 'platform.openai.com'],
])('a missing key of %s: which variable, where to get it, exit 4', async (worker, variable, where) => {
  using place = new Workplace();
  const ran = await place.run(['run', '--worker', worker, 'hello']);
  expect([ran.exit, ran.out]).toEqual([4, '']);
  expect(ran.err).toContain(variable);
  expect(ran.err).toContain(where);
  // A batch as well, and it leaves nothing open behind it.
  expect((await place.run(['run', '--worker', worker, '-i', '-'], { stdin: '{"prompt":"x"}\n' })).exit).toBe(4);
});

test.each([
  [
    'a wrong key',
    401,
    { message: 'Incorrect API key provided', code: 'invalid_api_key' },
    4,
    /refused the key in OPENAI_API_KEY/,
  ],
  [
    'an unknown model',
    404,
    { message: 'The model `gpt-9` does not exist', code: 'model_not_found' },
    2,
    /gpt-9.*\n.*--model/,
  ],
  ['a request that is wrong', 400, { message: 'Invalid temperature' }, 2, /Invalid temperature/],
  ['a limit', 429, { message: 'Slow down' }, 6, /Slow down/],
  ['an overloaded provider', 503, { message: 'Try later' }, 5, /Try later/],
  ['a failure', 500, { message: 'Oops' }, 5, /Oops/],
])('%s: status %i', async (_what, status, error, exit, said) => {
  using place = new Workplace();
  Object.assign(place.environment, { OPENAI_API_KEY: 'sk-0123456789' });
  await using upstream = await Upstream.start(json(status, { error }));
  const ran = await asked(place, upstream.url);
  expect([ran.exit, ran.out]).toEqual([exit, '']);
  expect(ran.err).toMatch(said);
});

test('a provider that is down, a name that does not exist, a certificate nobody trusts, a server of another kind', async () => {
  using place = new Workplace();
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const down = await asked(place, `http://127.0.0.1:${port}`);
  expect([down.exit, down.err]).toEqual([5, expect.stringContaining('cannot be reached')]);

  const unknown = await asked(place, 'https://no-such-host.invalid');
  expect([unknown.exit, unknown.err]).toEqual([5, expect.stringContaining('https://no-such-host.invalid')]);
  expect(unknown.err).toContain('name service');

  const pem = (name: string) =>
    readFileSync(new URL(`../providers/fixtures/self-signed-${name}.pem`, import.meta.url), 'utf8');
  await using secure = await Upstream.start(ANSWER, { key: pem('key'), cert: pem('cert') });
  const untrusted = await asked(place, secure.url);
  expect([untrusted.exit, untrusted.err]).toEqual([5, expect.stringContaining('NODE_EXTRA_CA_CERTS')]);

  await using site = await Upstream.start(body(200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>'));
  const other = await asked(place, site.url);
  expect([other.exit, other.err]).toEqual([5, expect.stringContaining('text/html')]);
  expect(other.err).toContain('base_url');
});

test('an address that may not be is told with the configuration, exit 3', async () => {
  using place = new Workplace();
  const ran = await asked(place, 'http://0x7f000001');
  expect([ran.exit, ran.err]).toEqual([3, expect.stringContaining('written in disguise; write 127.0.0.1')]);
});

test('an answer that breaks off is printed as far as it came, and is no success', async () => {
  using place = new Workplace();
  await using upstream = await Upstream.start(events(chunk('half an ')));
  const ran = await asked(place, upstream.url);
  expect([ran.exit, ran.out]).toEqual([5, 'half an \n']);
  expect(ran.err).toContain('without saying that it was over');
});

test('echo asked for by name is echo, whatever is configured', async () => {
  using place = new Workplace();
  await using upstream = await Upstream.start(ANSWER);
  expect(await asked(place, upstream.url, '--worker', 'echo')).toMatchObject({ exit: 0, out: 'hello\n' });
  expect(upstream.received).toEqual([]);
});
