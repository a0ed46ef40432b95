import { assert, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Terminal } from '../support/pty.ts';
import { KILLS, Started } from '../support/started.ts';
import { Workplace } from '../support/terminal.ts';

const TIME = { timeout: 60_000 + KILLS * 5_000 };

/** The service as a process of its own; resolves with its address once it serves. */
async function serve(place: Workplace, name: string, ...args: string[]): Promise<{ service: Started; url: string }> {
  const service = new Started(place, ['run', '--serve', '--port', '0', ...args], name);
  onTestFinished(() => service.kill('SIGKILL'));
  await serving(service);
  return { service, url: /"url":"([^"]+)"/.exec(service.told)![1]! };
}

async function serving(service: Started): Promise<void> {
  const told = (): string => {
    try {
      return service.told;
    } catch {
      return '';
    }
  };
  await expect.poll(told, { timeout: 60_000 }).toContain('"msg":"serving"');
}

const post = (url: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
const jsonOf = async (reply: Response | Promise<Response>): Promise<any> => (await reply).json();

test('without a web API the service waits for its signal all the same', async () => {
  using place = new Workplace();
  const service = new Started(place, ['run', '--serve', '--no-web'], 'quiet');
  onTestFinished(() => service.kill('SIGKILL'));
  await serving(service);
  service.kill('SIGTERM');
  expect(await service.ended).toEqual([0, null]);
  expect(service.told).toContain('"msg":"stopped"');
});

test('what was acknowledged survives kill -9: the last service answers all of it, each once', TIME, async () => {
  using place = new Workplace();
  const slow = ['--set', 'providers.slow.kind=echo', '--set', 'providers.slow.delay_ms=600000'];
  const accepted = new Map<string, string>();
  const jobs: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const { service, url } = await serve(place, `killed-${kill}`, ...slow);
    jobs.push((await jsonOf(post(url, '/api/v1/batch', { prompts: ['a', 'b', 'c'] }))).job_id);
    // When it dies some are acknowledged, and others on their way.
    const before = accepted.size;
    const infer = async (prompt: string) =>
      accepted.set((await jsonOf(post(url, '/api/v1/infer', { prompt }))).request_id, prompt);
    const asked = Promise.allSettled(Array.from({ length: 24 }, (_, i) => infer(`prompt ${kill}-${i}`)));
    await vi.waitFor(() => assert(accepted.size > before + (kill % 20)), { timeout: 60_000, interval: 1 });
    service.kill('SIGKILL');
    await service.ended;
    await asked;
  }
  const last = await serve(place, 'last', '--worker', 'echo');
  for (const [id, prompt] of accepted) {
    expect(await jsonOf(fetch(`${last.url}/api/v1/result/${id}`))).toMatchObject({ output: prompt });
  }
  for (const job of jobs) {
    const outputs = async () =>
      (await jsonOf(fetch(`${last.url}/api/v1/batch/${job}`))).results.map(
        (result: { output?: string }) => result.output,
      );
    await expect.poll(outputs).toEqual(['a', 'b', 'c']);
  }
  const { totals } = await jsonOf(fetch(`${last.url}/v1/snapshot`));
  expect(totals.completed).toBe(totals.submitted);
  // Those that were written down and never acknowledged are answered as well; nothing is twice.
  expect(totals.completed).toBeGreaterThanOrEqual(accepted.size + 3 * KILLS);
  expect(totals.completed).toBeLessThanOrEqual((24 + 3) * KILLS);
  last.service.kill('SIGTERM');
  expect(await last.service.ended).toEqual([0, null]);
});

test('a service that is told to stop under load records all: what waited for it is a letter, what was accepted goes on', async () => {
  const EACH = 100;
  using place = new Workplace();
  const first = await serve(
    place,
    'first',
    ...['--set', 'providers.slow.kind=echo', '--set', 'providers.slow.delay_ms=600000'],
    ...['--set', 'stages.inference.inference_workers=50', '--set', 'server.drain_s=1'],
  );
  const numbers = Array.from({ length: EACH }, (_, i) => i);
  const keyed = (url: string, i: number) =>
    post(url, '/v1/prompt', { input: `keyed ${i}` }, { 'idempotency-key': `k${i}` });
  // These get to the provider, or wait for it.
  const waiting = numbers.map((i) => post(first.url, '/v1/prompt', { input: `waits ${i}` }));
  const totals = async (url: string) => (await jsonOf(fetch(`${url}/v1/snapshot`))).totals;
  await expect.poll(() => totals(first.url)).toMatchObject({ in_flight: EACH });
  const withKey = numbers.map((i) => keyed(first.url, i));
  const accepted: string[] = [];
  for (const i of numbers) {
    accepted.push((await jsonOf(post(first.url, '/api/v1/infer', { prompt: `accepted ${i}` }))).request_id);
  }
  await expect.poll(() => totals(first.url)).toMatchObject({ in_flight: 3 * EACH });
  first.service.kill('SIGTERM');
  const codes = async (replies: readonly Promise<Response>[]) =>
    new Set(await Promise.all(replies.map(async (reply) => (await jsonOf(reply)).error.code)));
  expect(await codes(waiting)).toEqual(new Set(['interrupted']));
  expect(await codes(withKey)).toEqual(new Set(['draining']));
  expect(await first.service.ended).toEqual([0, null]);
  const letters = (await place.run(['dlq', 'export'])).out.split('\n').filter(Boolean);
  expect(letters.map((line) => JSON.parse(line).request.messages[0].content).sort()).toEqual(
    numbers.map((i) => `waits ${i}`).sort(),
  );

  const second = await serve(place, 'second', '--worker', 'echo');
  for (const i of numbers) {
    expect((await jsonOf(fetch(`${second.url}/api/v1/result/${accepted[i]}`))).output).toBe(`accepted ${i}`);
    expect((await jsonOf(keyed(second.url, i))).output).toBe(`keyed ${i}`);
  }
  await expect.poll(() => totals(second.url)).toMatchObject({ submitted: 2 * EACH, completed: 2 * EACH });
  second.service.kill('SIGTERM');
  expect((await second.service.ended)[0]).toBe(0);
});

test('a replay through a server that is killed half-way is finished by the next one, and each request counts once', async () => {
  using served = new Workplace();
  const { service, url } = await serve(
    served,
    'served',
    '--set',
    'providers.slow.kind=echo',
    '--set',
    'providers.slow.delay_ms=20',
  );
  const RECORDS = 40;
  using place = new Workplace();
  const lines = Array.from({ length: RECORDS }, (_, i) => `{"prompt":"record ${i}"}`);
  place.write('dlq.ndjson', `${lines.join('\n')}\n`);
  const args = ['replay', '-f', 'dlq.ndjson', '--orchestrator-url', url, '--delay-ms', '1', '--concurrency', '4'];
  for (let kill = 0; kill < Math.min(KILLS, 5); kill++) {
    const run = new Started(place, args, `killed-${kill}`);
    await run.printed(3);
    run.kill('SIGKILL');
    await run.ended;
  }
  const last = await place.run(args);
  expect(last.exit, last.err).toBe(0);
  const totals = async () => (await jsonOf(fetch(`${url}/v1/snapshot`))).totals;
  await expect.poll(totals).toMatchObject({ submitted: RECORDS, completed: RECORDS });
  service.kill('SIGTERM');
  expect((await service.ended)[0]).toBe(0);
});

describe('at a terminal', () => {
  test('the program alone is a conversation with the web API beside it', async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['--worker', 'echo', '--port', '0']);
    await terminal.waitFor('The web API is at http://127.0.0.1:');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(terminal.transcript)![0];
    expect((await jsonOf(post(url, '/v1/prompt', { input: 'from outside' }))).output).toBe('from outside');
  });

  test('run without a prompt is the service with the panels below its log; Ctrl-C ends it', async () => {
    using place = new Workplace();
    await using terminal = new Terminal(place, ['run', '--worker', 'echo', '--port', '0']);
    await terminal.waitFor('running · up ');
    await terminal.waitFor('waiting+busy');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(terminal.transcript)![0];
    await jsonOf(post(url, '/v1/prompt', { input: 'from outside' }));
    await terminal.waitFor('echo ● 1 ok 0 errors');
    terminal.type('\u0003');
    await terminal.waitFor('stopped');
    expect((await terminal.ended).exitCode).toBe(130);
    expect(terminal.bytes).not.toContain('\u001b[?25l');
  });

  test('with --no-live one line says how it is; a simple terminal gets the log alone', async () => {
    using place = new Workplace();
    await using plain = new Terminal(place, ['run', '--worker', 'echo', '--port', '0', '--no-live']);
    await plain.waitFor(' · 0 waiting · 0 at work');
    await using dumb = new Terminal(place, ['run', '--worker', 'echo', '--port', '0'], { TERM: 'dumb' });
    await dumb.waitFor('serving');
    for (const terminal of [plain, dumb]) {
      terminal.type('\u0003');
      await terminal.waitFor('stopped');
    }
    expect(plain.transcript).not.toContain('waiting+busy');
    expect(dumb.bytes).not.toContain('\u001b');
  });
});
