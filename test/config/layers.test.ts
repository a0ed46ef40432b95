import { expect, test } from 'vitest';
import { describeOrigin } from '../../src/config/origin.ts';
import { workspace } from './workspace.ts';

const maxTokens = (value: number) => `[stages.inference]\nmax_tokens = ${value}\n`;

test('without any file every default holds, and the configuration cannot be changed', async () => {
  using place = workspace();
  const { config, origins, warnings, files } = await place.load();
  expect(config.stages.inference).toEqual({
    worker: 'echo',
    timeout_ms: 120_000,
    adaptive_timeout_enabled: false,
    adaptive_timeout_min_ms: 500,
    inference_workers: 64,
    channel_capacity: 1024,
  });
  expect(config.pipeline).toEqual({ name: 'orchestrator', version: '1.0' });
  expect(warnings).toEqual([]);
  expect(files.map((file) => [file.source, file.found])).toEqual([
    ['user', false],
    ['directory', false],
  ]);
  expect(new Set([...origins.values()].map(describeOrigin))).toEqual(new Set(['default']));
  expect(Object.isFrozen(config.stages.inference)).toBe(true);
});

test('each layer wins over the ones before it, and says where the value was written', async () => {
  using place = workspace();
  const seen = async (sources: Parameters<typeof place.load>[0]) => {
    const { config, origins } = await place.load(sources);
    return [config.stages.inference.max_tokens, describeOrigin(origins.get('stages.inference.max_tokens')!)];
  };
  place.writeUser(`[pipeline]\nname = "mine"\n${maxTokens(1)}`);
  expect(await seen({})).toEqual([1, `${place.home}/.config/orchestrator/pipeline.toml:4`]);
  place.write('pipeline.toml', maxTokens(2));
  expect(await seen({})).toEqual([2, 'pipeline.toml:2']);
  const environment = { ORCHESTRATOR__STAGES__INFERENCE__MAX_TOKENS: '3' };
  expect(await seen({ environment })).toEqual([3, 'ORCHESTRATOR__STAGES__INFERENCE__MAX_TOKENS']);
  const set = ['stages.inference.max_tokens=4'];
  expect(await seen({ environment, set })).toEqual([4, '--set stages.inference.max_tokens']);
  const flags = { 'stages.inference.max_tokens': 5, 'stages.inference.model': undefined };
  expect(await seen({ environment, set, flags })).toEqual([5, '--max-tokens']);
  expect((await place.load()).config.pipeline.name).toBe('mine');
});

test('a named file replaces both others, and --config beats the variable', async () => {
  using place = workspace();
  place.writeUser('[pipeline]\nname = "user"\n');
  place.write('pipeline.toml', '[pipeline]\nname = "directory"\nversion = "2"\n');
  place.write('other/a.toml', '[pipeline]\nname = "a"\n');
  place.write('other/b.toml', '[pipeline]\nname = "b"\n');
  const environment = { ORCHESTRATOR_CONFIG: 'other/a.toml' };
  expect((await place.load({ environment })).config.pipeline).toEqual({ name: 'a', version: '1.0' });
  expect((await place.load({ environment, file: 'other/b.toml' })).config.pipeline.name).toBe('b');
  expect((await place.load({ environment: { ORCHESTRATOR_CONFIG: '' } })).config.pipeline.name).toBe('directory');
});

test('XDG_CONFIG_HOME moves the user file; a relative one is ignored', async () => {
  using place = workspace();
  place.writeUser('[pipeline]\nname = "home"\n');
  place.write('xdg/orchestrator/pipeline.toml', '[pipeline]\nname = "xdg"\n');
  const named = async (directory: string) =>
    (await place.load({ environment: { XDG_CONFIG_HOME: directory } })).config.pipeline.name;
  expect(await named(`${place.cwd}/xdg`)).toBe('xdg');
  expect(await named('xdg')).toBe('home');
});

test('tables merge key by key over the layers', async () => {
  using place = workspace();
  place.writeUser('[providers.a]\nkind = "echo"\ndelay_ms = 5\n');
  place.write('pipeline.toml', '[providers.a]\njitter_ms = 2\n[providers."b.c"]\nkind = "echo"\n');
  const { config, origins } = await place.load({ environment: { ORCHESTRATOR__providers__A__FAILURE_RATE: '0.5' } });
  expect(config.providers).toEqual({
    a: { kind: 'echo', delay_ms: 5, jitter_ms: 2, failure_rate: 0.5 },
    'b.c': { kind: 'echo', delay_ms: 0, jitter_ms: 0, failure_rate: 0 },
  });
  expect(describeOrigin(origins.get('providers."b.c".kind')!)).toBe('pipeline.toml:4');
  expect(describeOrigin(origins.get('providers."b.c".delay_ms')!)).toBe('default');
});

test('text keys take text as it is, whether or not it looks like a number', async () => {
  using place = workspace();
  const { config } = await place.load({
    environment: { ORCHESTRATOR__PIPELINE__VERSION: '2.0', ORCHESTRATOR__PIPELINE__NAME: '"quoted"' },
    set: [
      'stages.assemble.system=Be brief = # please',
      'stages.inference.model=true',
      'stages.inference.temperature=0.5',
    ],
  });
  expect(config.pipeline).toMatchObject({ version: '2.0', name: 'quoted' });
  expect(config.stages.assemble.system).toBe('Be brief = # please');
  expect(config.stages.inference).toMatchObject({ model: 'true', temperature: 0.5 });
});

test('--set takes quoted names and inline tables; the later assignment wins', async () => {
  using place = workspace();
  const { config } = await place.load({
    set: [
      'providers."a=b".kind=echo'.replace('a=b', 'a.b'),
      'providers.c={kind="echo", delay_ms=1}',
      'providers.c.delay_ms=2',
    ],
  });
  expect(Object.keys(config.providers)).toEqual(['a.b', 'c']);
  expect(config.providers['c']).toMatchObject({ delay_ms: 2 });
});

test.each(['', 'pipeline.name', '=x', 'a..b=1', 'a b=1', '__proto__.x=1', 'a\nb=1'])(
  '--set %j is a usage error',
  async (assignment) => {
    using place = workspace();
    await expect(place.load({ set: [assignment] })).rejects.toMatchObject({ code: 'usage', param: '--set' });
  },
);

test('an empty variable counts as unset, a variable that names no key is a fault', async () => {
  using place = workspace();
  expect(await place.faults({ environment: { ORCHESTRATOR__STAGES__INFERENCE__MAX_TOKENS: '' } })).toEqual([]);
  expect(await place.faults({ environment: { ORCHESTRATOR____NAME: '1', ORCHESTRATOR____PROTO____X: '1' } })).toEqual([
    'ORCHESTRATOR____NAME: names no key: write ORCHESTRATOR__SECTION__KEY',
    'ORCHESTRATOR____PROTO____X: names no key: write ORCHESTRATOR__SECTION__KEY',
  ]);
});
