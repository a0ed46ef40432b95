import { expect, test } from 'vitest';
import { records, Workplace } from '../support/terminal.ts';

const PAID = '[providers.paid]\nkind = "echo"\ndelay_ms = 1\ninput_per_1k = 1.0\noutput_per_1k = 2.0\n';
const lines = (count: number) => Array.from({ length: count }, (_, i) => `{"prompt":"four words in ${i}"}`).join('\n');

test('a model and a usage have a price; one that nobody knows is not nothing', async () => {
  using place = new Workplace();
  const usage = ['--input', '1200', '--output', '300', '--cache-read', '1000'];
  const known = await place.run(['cost', 'claude-sonnet-4-6', ...usage, '--json']);
  expect(JSON.parse(known.out)).toMatchObject({ provider: 'anthropic', source: 'published', cost_usd: 0.0054 });
  const unknown = await place.run(['cost', 'nobody-sells-this', ...usage]);
  expect([unknown.exit, unknown.out]).toEqual([1, expect.stringContaining('cost unknown')]);
  expect((await place.run(['cost', 'm', '--input', '1', '--cache-read', '2'])).exit).toBe(2);
});

test('a configured provider has its own price; usages come line by line, too', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', PAID);
  const stdin = '{"model":"a","input_tokens":10,"output_tokens":5}\n\n{"model":"b"}\n';
  const ran = await place.run(['cost', '--provider', 'paid', '--ndjson'], { stdin });
  expect(records(ran).map(({ model, cost_usd, source }) => [model, cost_usd, source])).toEqual([
    ['a', 0.02, 'configured'],
    ['b', 0, 'configured'],
  ]);
  const bad = 'garbage\n{"model":"a"}\n{"model":"a","input_tokens":-1}\n{"model":"a","cache_read_tokens":5}\n';
  const mixed = await place.run(['cost', '--provider', 'paid', '--ndjson'], { stdin: bad });
  expect(mixed.exit).toBe(1);
  expect(records(mixed).map((reply) => 'error' in reply)).toEqual([true, false, true, true]);
  expect(mixed.err).toMatch(
    /line 1: is not JSON.*\n.*line 3: input_tokens must be .*\n.*line 4: The tokens of the cache/,
  );
});

test('outcomes of a batch are usages', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', PAID);
  const batch = await place.run(['run', '-i', '-'], { stdin: lines(2) });
  const priced = await place.run(['cost', '--provider', 'paid', '--ndjson'], { stdin: batch.out });
  expect([priced.exit, records(priced).map(({ cost_usd }) => cost_usd)]).toEqual([0, [0.012, 0.012]]);
  const bad = await place.run(['cost', '--ndjson'], { stdin: '{"model":"a","usage":5}\n' });
  expect([bad.exit, bad.err]).toEqual([1, expect.stringContaining('line 1: usage')]);
});

test('--usage tells the cost, and an outcome carries it', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', PAID);
  const ran = await place.run(['run', 'one two', '--usage', '--output', 'json']);
  expect(JSON.parse(ran.out).cost_usd).toBe(0.006);
  expect(ran.err).toContain(', $0.006,');
  const free = await place.run(['run', 'one two', '--output', 'json', '--config', place.write('free.toml', '')]);
  expect(JSON.parse(free.out).cost_usd).toBe(0);
});

test('a batch stops at the spend limit with exit 6, loses nothing, goes on with --resume, and the store has the sums', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', PAID);
  place.write('in.ndjson', lines(30));
  const stopped = await place.run(['run', '-i', 'in.ndjson', '--max-spend', '0.1']);
  expect(stopped.exit).toBe(6);
  const first = records(stopped);
  const spent = first.reduce((sum, { cost_usd }) => sum + cost_usd, 0);
  // A line costs 0.012, and one answer is like the other.
  expect(spent).toBeGreaterThan(0.08);
  expect(spent).toBeLessThanOrEqual(0.1);
  expect(stopped.err).toContain(`line ${first.length + 1} and those behind it were not sent`);

  const resumed = await place.run(['run', '-i', 'in.ndjson', '--max-spend', '10', '--resume']);
  expect(resumed.exit).toBe(0);
  expect(resumed.err).toMatch(
    /going on with .*in\.ndjson behind line \d+: \d+ were answered before, \d+ without an outcome are sent again/,
  );
  expect([...first, ...records(resumed)].map(({ line }) => line)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));

  const sums = JSON.parse((await place.run(['cost', '--by', 'model', '--json'])).out);
  expect(sums).toMatchObject({ total_usd: 0.36, rows: [{ model: 'echo', requests: 30, attempts: 30, unpriced: 0 }] });
  expect((await place.run(['cost', '--by', 'provider'])).out).toContain('paid: 30 requests');
});

test('batches at a time over the same data share the limit of the configuration; a prompt counts, too', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', `${PAID}\n[token_budget]\nmax_spend_usd = 0.1\n`);
  const inputs = ['one.ndjson', 'two.ndjson', 'three.ndjson'];
  for (const input of inputs) place.write(input, lines(10));
  // Slow enough that they meet.
  const slow = ['--set', 'providers.paid.delay_ms=30', '--set', 'stages.inference.inference_workers=2'];
  const ran = await Promise.all(inputs.map((input) => place.run(['run', '-i', input, ...slow])));
  const spent = ran.flatMap(records).reduce((sum, { cost_usd }) => sum + cost_usd, 0);
  expect(spent).toBeGreaterThan(0.06);
  // Whoever knows of no answer yet sends its first one alone, and that may go beyond.
  expect(spent).toBeLessThan(0.1 + 0.012);
  expect(ran.map(({ exit }) => exit)).toContain(6);
  // When all have ended the next one begins anew; a day does not.
  expect((await place.run(['run', 'one two three', ...slow])).exit).toBe(0);
  const today = ['--set', 'token_budget.spend_scope=day'];
  expect((await place.run(['run', '-i', 'one.ndjson', ...today])).exit).toBe(6);
  const prompt = await place.run(['run', 'one two three '.repeat(4), ...today]);
  expect([prompt.exit, prompt.err]).toEqual([6, expect.stringContaining('are spent today (UTC)')]);
  expect((await place.run(['run', 'one two three', '--max-spend', '0.1'])).exit).toBe(0);
});

test('a batch waits for its turn where a rate limit would refuse it', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', '[rate_limits]\nenabled = true\nrequests_per_second = 200\nburst_capacity = 2\n');
  const ran = await place.run(['run', '-i', '-'], { stdin: lines(8) });
  expect([ran.exit, records(ran).every(({ status }) => status === 'completed')]).toEqual([0, true]);
});

test('a limited prompt exits with 6 and names the limit', async () => {
  using place = new Workplace();
  const ran = await place.run(['run', 'far too many words', '--set', 'token_budget.max_tokens_per_request=2']);
  expect([ran.exit, ran.out]).toEqual([6, '']);
  expect(ran.err).toContain('token_budget.max_tokens_per_request');
});

test('a replay stops at the spend limit, and what it did not send stays as it was', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', PAID);
  place.write('dlq.ndjson', lines(10));
  const flags = ['replay', '-f', 'dlq.ndjson', '--delay-ms', '0', '--concurrency', '1'];
  const stopped = await place.run([...flags, '--max-spend', '0.04']);
  expect([stopped.exit, records(stopped).length]).toEqual([6, 3]);
  expect(stopped.err).toContain('Replay stopped by the spend limit: 3 submitted, 3 succeeded');
  const rest = await place.run(flags);
  expect([rest.exit, records(rest).length]).toEqual([0, 10 - 3]);
});

test('/usage tells what the conversation has cost', async () => {
  using place = new Workplace();
  place.write('pipeline.toml', PAID);
  const ran = await place.run(['repl'], { stdin: 'one two\n/usage\n' });
  expect(ran.err).toContain('2 tokens in, 2 out (estimated), $0.006');
});
