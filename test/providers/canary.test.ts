import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { outcomeRecord } from '../../src/core/outcome.ts';
import { createEngine } from '../../src/engine.ts';
import { prompt } from '../support/scripted-provider.ts';
import { Workplace } from '../support/terminal.ts';
import { defaultConfig } from '../support/test-engine.ts';
import { body, events, json, type Reply, Upstream } from '../support/upstream.ts';

/** Fault 60: one secret for each way out, of every make that keys have. */
const CANARIES = [
  'sk-canary-proj-AAAAAAAAAAAAAAAA',
  'sk-ant-canary-BBBBBBBBBBBBBBBB',
  'canarycanarycanaryCCCCCCCC',
  'gsk_canaryDDDDDDDDDDDDDDDDDD',
  'hf_canaryEEEEEEEEEEEEEEEEEE',
  'canary.FFFF.FFFF+/==GGGG',
  '0canary0123456789abcdef0123456789',
  'CANARY-UPPER-HHHHHHHHHHHH',
  'canary%2Fpercent&IIII',
  '"canary-quoted"\\JJJJ',
  'canary$1$&KKKKKKKK',
  'canary:LLLLLLLL@MMMM',
] as const;

/** What upstreams do with a key that they were sent: they repeat it, in whatever place. */
const repliesFor = (key: string): readonly Reply[] => {
  const said = `Incorrect API key provided: ${key}. Authorization: Bearer ${key} (${encodeURIComponent(key)})`;
  const chunk = `data: ${JSON.stringify({ choices: [{ delta: { content: 'a' } }] })}\n\n`;
  return [
    json(401, { error: { message: said, type: key, code: `code ${key}` } }),
    json(400, { error: said }),
    json(500, { detail: said }),
    body(502, { 'content-type': 'text/html' }, `<h1>${said}</h1>`),
    body(200, { 'content-type': 'text/html' }, `<h1>${said}</h1>`),
    body(200, { 'content-type': key.replace(/[^\w-]/g, '') }, said),
    body(302, { location: `https://example.com/${encodeURIComponent(key)}?k=${encodeURIComponent(key)}` }, said),
    json(200, { error: { message: said } }),
    events(`data: ${JSON.stringify({ error: { message: said } })}\n\n`),
    events(`${chunk}data: ${JSON.stringify({ error: { message: said, type: key } })}\n\n`),
    events(`${chunk}data: ${key}\n\n`),
    events(said),
  ];
};

const forms = (key: string) => [
  key,
  encodeURIComponent(key),
  JSON.stringify(key).slice(1, -1),
  key.replace(/[^\w-]/g, ''),
];
const leaks = (text: string, key: string) => forms(key).filter((form) => form.length > 8 && text.includes(form));

test.each(CANARIES)(
  'fault 60: %s is sent, and shows nowhere in errors, outcomes, dead letters and snapshot',
  async (key) => {
    const replies = repliesFor(key);
    await using upstream = await Upstream.start(replies);
    const config = {
      ...defaultConfig(),
      resilience: { ...defaultConfig().resilience, retry_attempts: 1, circuit_breaker_threshold: 0 },
      providers: { p: { kind: 'open_ai', base_url: upstream.url, api_key_env: 'CANARY' } },
    } as never;
    const environment = { CANARY: key };
    const engine = createEngine(config, { environment, clock: systemClock });
    const shown: string[] = [];
    for (let i = 0; i < replies.length; i++) {
      const outcome = await engine.submit(prompt(`p${i}`), {});
      expect(outcome.error).not.toBeNull();
      const error = outcome.error!;
      shown.push(JSON.stringify(outcomeRecord(outcome)), inspect(error, { depth: 8 }), `${error.stack}`, error.message);
      shown.push(inspect(outcome, { depth: 8 }));
    }
    await engine.drain(0);
    shown.push(
      JSON.stringify(engine.deadLetters.list()),
      JSON.stringify(engine.snapshot()),
      inspect(engine, { depth: 8 }),
    );
    expect(upstream.received.map(({ headers }) => headers['authorization'])).toEqual(
      replies.map(() => `Bearer ${key}`),
    );
    for (const text of shown) expect(leaks(text, key)).toEqual([]);
  },
);

test('fault 60: commands show no key either: answers, errors, usage, configuration, snapshots, dead letters', async () => {
  const [openAiKey, anthropicKey] = CANARIES;
  using place = new Workplace();
  Object.assign(place.environment, { OPENAI_API_KEY: openAiKey, ANTHROPIC_API_KEY: anthropicKey });
  const said = `Bad key ${openAiKey} ${anthropicKey}`;
  await using upstream = await Upstream.start([
    json(200, { choices: [{ message: { content: 'fine' }, finish_reason: 'stop' }] }),
    json(401, { error: { message: said } }),
    json(401, { error: { message: said } }),
    json(401, { error: { message: said } }),
  ]);
  place.write(
    'pipeline.toml',
    `[providers.p]\nkind = "open_ai"\nbase_url = "${upstream.url}"\napi_key_env = "OPENAI_API_KEY"\n`,
  );
  const flags = ['--usage', '--snapshot', 's.json'];
  const runs = [
    await place.run(['run', ...flags, 'x']),
    await place.run(['run', ...flags, 'x']),
    await place.run(['run', ...flags, '--output', 'json', 'x']),
    await place.run(['run', ...flags, '-i', '-'], { stdin: '{"prompt":"x"}\n' }),
    await place.run(['dlq', 'export']),
    await place.run(['dlq', 'list']),
    await place.run(['config', 'show', '--origin']),
    await place.run(['config', 'validate']),
    await place.run(['run', '--dry-run', 'x']),
    await place.run(['run', '--set', `providers.p.api_key_env=${openAiKey}`, 'x']),
    await place.run(['run', '--set', `providers.p.base_url=https://${anthropicKey}@api.example.com`, 'x']),
    await place.run(['run', '--set', `providers.p.base_url=https://api.example.com?api_key=${anthropicKey}`, 'x']),
  ];
  expect(runs.map(({ exit }) => exit)).toEqual([0, 4, 4, 1, 0, 0, 0, 0, 0, 3, 3, 3]);
  expect(upstream.received).toHaveLength(4);
  for (const { out, err } of runs) {
    for (const key of [openAiKey, anthropicKey]) expect(leaks(out + err, key)).toEqual([]);
  }
  expect(leaks(place.read('s.json'), openAiKey)).toEqual([]);
});
