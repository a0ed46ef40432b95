import { expect, test } from 'vitest';
import { faultRecord } from '../../src/config/fault.ts';
import { workspace } from './workspace.ts';

test('all faults come at once, each with path, value, place and rule', async () => {
  using place = workspace();
  place.write(
    'pipeline.toml',
    `[pipeline]
name = "  "
[stages.inference]
temperature = 3
model = 5
worker = "gpt"
max_tokens = 1.5
timeout_ms = 0
[stages.rag]
enabled = "yes"
channel_capacity = 99999999999999999999
[providers.a]
delay_ms = 3
[providers.b]
kind = "echo"
failure_rate = nan
[dead_letters]
capacity = -inf
`,
  );
  const found = await place.faults({
    environment: { ORCHESTRATOR__STAGES__STREAM__ENABLED: 'maybe' },
    set: ['stages.assemble=5'],
    flags: { 'stages.post_process.channel_capacity': 100_001 },
  });
  expect(found).toEqual([
    'pipeline.name = "  " (pipeline.toml:2): must not be blank',
    'stages.inference.temperature = 3 (pipeline.toml:4): must be between 0 and 2',
    'stages.inference.model = 5 (pipeline.toml:5): must be text that is not blank',
    'stages.inference.worker = "gpt" (pipeline.toml:6): must be one of "anthropic", "open_ai", "llama_cpp", "vllm", "echo"',
    'stages.inference.max_tokens = 1.5 (pipeline.toml:7): must be an integer between 1 and 2147483647',
    'stages.inference.timeout_ms = 0 (pipeline.toml:8): must be at least 1',
    'stages.rag.enabled = "yes" (pipeline.toml:10): must be true or false',
    'stages.rag.channel_capacity = 99999999999999999999 (pipeline.toml:11): must be an integer between 1 and 100000',
    'providers.a.kind (pipeline.toml:12): is required and must be one of "echo", "anthropic", "open_ai", "llama_cpp", "vllm"',
    'providers.b.failure_rate = nan (pipeline.toml:16): must be a number between 0 and 1',
    'dead_letters.capacity = -inf (pipeline.toml:18): must be an integer between 1 and 1000000',
    'stages.stream.enabled = "maybe" (ORCHESTRATOR__STAGES__STREAM__ENABLED): must be true or false',
    'stages.assemble = 5 (--set stages.assemble): must be a table',
    'stages.post_process.channel_capacity = 100001 (--channel-capacity): must be between 1 and 100000',
  ]);
});

test('a number beyond what numbers hold exactly is told that, and a rule with two bounds reads as one', async () => {
  using place = workspace();
  const set = [
    'stages.inference.timeout_ms=1e300',
    'resilience.circuit_breaker_timeout_s=0',
    'token_budget.period_s=-1',
  ];
  expect(await place.faults({ set })).toEqual([
    'token_budget.period_s = -1 (--set token_budget.period_s): must be above 0 and at most 31536000',
    'stages.inference.timeout_ms = 1e+300 (--set stages.inference.timeout_ms): must be at most 9007199254740991',
    'resilience.circuit_breaker_timeout_s = 0 (--set resilience.circuit_breaker_timeout_s): must be above 0 and at most 86400',
  ]);
});

test('a tenant cannot have a usual priority that it may not have', async () => {
  using place = workspace();
  place.write(
    'pipeline.toml',
    '[tenants.guest]\npriority = "critical"\nmax_priority = "low"\n[tenants.other]\npriority = "low"\nmax_priority = "low"\n',
  );
  expect(await place.faults()).toEqual([
    'tenants.guest.priority = "critical" (pipeline.toml:2): must not be above its max_priority, low',
  ]);
});

test('the error lists every fault on its own line and carries them as data', async () => {
  using place = workspace();
  place.write('pipeline.toml', 'x = 1\n[storage]\npath = 3\n');
  await expect(place.load()).rejects.toMatchObject({
    code: 'config_invalid',
    exitCode: 3,
    param: 'x',
    message: expect.stringMatching(/^x = 1 \(pipeline\.toml:1\): .*\nstorage\.path = 3 \(pipeline\.toml:3\): .*$/),
    cause: [{ path: ['x'] }, { path: ['storage', 'path'], value: 3, origin: { kind: 'file', line: 3 } }],
  });
});

test.each([
  [
    '[stages.inference]\nzzzzz = 1',
    'stages.inference.zzzzz = 1 (pipeline.toml:2): unknown key; known are adaptive_timeout_enabled, adaptive_timeout_min_ms, channel_capacity, inference_workers, max_tokens, model, temperature, timeout_ms, worker',
  ],
  ['zz = 1', 'zz = 1 (pipeline.toml:1): unknown key: keys stand in sections, such as stages.inference.model'],
  [
    '[stages.inference]\ntemprature = 1',
    'stages.inference.temprature = 1 (pipeline.toml:2): unknown key; nearest is stages.inference.temperature',
  ],
  [
    '[pipeline]\ntemperature = 1',
    'pipeline.temperature = 1 (pipeline.toml:2): unknown key; nearest is stages.inference.temperature',
  ],
  [
    '[stages.inferense]\nmodel = "x"',
    'stages.inferense (pipeline.toml:1): unknown section; nearest is [stages.inference]',
  ],
  ['[resiliance]\nretry_attempts = 1', 'resiliance (pipeline.toml:1): unknown section; nearest is [resilience]'],
  [
    '[resilience]\nretry_atempts = 1',
    'resilience.retry_atempts = 1 (pipeline.toml:2): unknown key; nearest is resilience.retry_attempts',
  ],
  ['resilience = 3', 'resilience = 3 (pipeline.toml:1): must be a table'],
  ['stages = "all"', 'stages = "all" (pipeline.toml:1): must be a table'],
  [
    '[providers.a]\nkind = "echo"\ndelay = 1',
    'providers.a.delay = 1 (pipeline.toml:3): unknown key; nearest is providers.a.delay_ms',
  ],
  [
    '[providers.a]\nkind = "vllm"\nbase_ulr = "x"',
    'providers.a.base_ulr = "x" (pipeline.toml:3): unknown key; nearest is providers.a.base_url',
  ],
  [
    '[providers.a]\nkind = "echo"\nbase_url = "x"',
    'providers.a.base_url = "x" (pipeline.toml:3): is no key of kind "echo"',
  ],
  [
    '[rate_limits.per_model]\nlarge = -1',
    'rate_limits.per_model.large = -1 (pipeline.toml:2): must be between 0 and 1000000',
  ],
  [
    '[providers.a]\nkind = "gpt"',
    'providers.a.kind = "gpt" (pipeline.toml:2): must be one of "echo", "anthropic", "open_ai", "llama_cpp", "vllm"',
  ],
  [
    '[providers.a]\nkind = "open_ai"\nbase_url = "https://user:hunter2@api.example.com/v1"',
    'providers.a.base_url = "https://user:***@api.example.com/v1" (pipeline.toml:3): must not carry credentials; name the variable of the key with api_key_env',
  ],
  [
    '[providers.a]\nkind = "open_ai"\nbase_url = "https://hunter2@api.example.com?api_key=hunter2"',
    'providers.a.base_url = "https://***@api.example.com?api_key=***" (pipeline.toml:3): must not carry credentials; name the variable of the key with api_key_env',
  ],
  [
    '[providers.a]\nkind = "anthropic"\napi_key_env = "hunter2hunter2"',
    'providers.a.api_key_env = "***" (pipeline.toml:3): must be the name of an environment variable in capitals, not a key',
  ],
  ['[workers.a]\nkind = "echo"\ndelay_ms = -1', 'workers.a.delay_ms = -1 (pipeline.toml:3): must be at least 0'],
  [
    '[channel_sizes]\nstream_outptu = 1',
    'channel_sizes.stream_outptu = 1 (pipeline.toml:2): unknown key; nearest is channel_sizes.stream_output',
  ],
  ['channel_sizes = 1', 'channel_sizes = 1 (pipeline.toml:1): must be a table'],
  ['rag_channel_capacity = 100001', 'rag_channel_capacity = 100001 (pipeline.toml:1): must be between 1 and 100000'],
  [
    '[providers]\n"a b" = {kind = "echo"}',
    'providers."a b" = {…} (pipeline.toml:2): the name must be 1 to 64 letters, digits or _ . / : - and begin with a letter or digit',
  ],
  ['[pipeline]\nname = 1979-05-27', 'pipeline.name = 1979-05-27 (pipeline.toml:2): must be text that is not blank'],
])('%j is told as one fault', async (toml, fault) => {
  using place = workspace();
  place.write('pipeline.toml', toml);
  expect(await place.faults()).toEqual([fault]);
});

test('broken TOML shows file, line, column and the line; both files are judged', async () => {
  using place = workspace();
  place.writeUser('[pipeline\n');
  place.write('pipeline.toml', '[pipeline]\nname = = "x"\n');
  const found = await place.faults();
  expect(found).toHaveLength(2);
  expect(found[0]).toContain('/.config/orchestrator/pipeline.toml:1:');
  expect(found[1]).toMatch(/^pipeline\.toml:2:8: .*\n.*\n {4}2: {2}name = = "x"\n +\^$/);
});

test('secrets never show, wherever they were put', async () => {
  using place = workspace();
  place.write(
    'pipeline.toml',
    '[providers.a]\nkind = "echo"\napi_key = "hunter2-hunter2"\nurl = "http://me:hunter2@host"\n',
  );
  const { faults } = await place.read({ set: ['x=sk-hunter2hunter2'] });
  expect(faults).toHaveLength(3);
  expect(JSON.stringify(faults.map(faultRecord))).not.toContain('hunter2');
  place.write('pipeline.toml', 'api_key = "hunter2"\ntoken = \'hunter2\' x\n');
  expect((await place.faults()).join()).not.toContain('hunter2');
});

test('a count of tokens is no secret', async () => {
  using place = workspace();
  expect(await place.faults({ set: ['stages.inference.max_tokens=many'] })).toEqual([
    'stages.inference.max_tokens = "many" (--set stages.inference.max_tokens): must be an integer between 1 and 2147483647',
  ]);
});

test('text from a file cannot steer the terminal', async () => {
  using place = workspace();
  place.write('pipeline.toml', '"\\u001b[31mred" = "\\u001b[2J\\u202e"\n');
  const [found] = await place.faults();
  expect(found).not.toMatch(/[\u001b\u202e]/);
});

test.each([
  ['missing.toml', /^missing\.toml: there is no such file \(named by --config\)$/],
  ['.', /is a directory, not a file$/],
])('a named file %j that cannot be read is a fault', async (file, fault) => {
  using place = workspace();
  expect(await place.faults({ file })).toEqual([expect.stringMatching(fault)]);
});

test('large files and files that are no text are refused', async () => {
  using place = workspace();
  place.write('pipeline.toml', `# ${'x'.repeat(1024 * 1024)}`);
  expect(await place.faults()).toEqual(['pipeline.toml: is larger than 1 MiB']);
  place.write('pipeline.toml', new Uint8Array([0x61, 0xff, 0xfe]));
  expect(await place.faults()).toEqual(['pipeline.toml: is not UTF-8 text']);
});

test('names that mean something to JavaScript are only names', async () => {
  using place = workspace();
  place.write('pipeline.toml', '[__proto__]\npolluted = 1\n');
  expect(await place.faults()).toHaveLength(1);
  place.write('pipeline.toml', '[toString]\nx = 1\n');
  expect(await place.faults()).toEqual([expect.stringContaining('unknown section')]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
