import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from './workspace.ts';

const MODULES = '[plugins]\nmodules = ["plugins/policy.mjs"]\n';

test('a file found in the working directory may not name code, unless it is trusted by name', async () => {
  using place = workspace();
  place.write('pipeline.toml', `${MODULES}[stages.stream]\nchannel_capacity = 0\n`);
  expect(await place.faults()).toEqual([
    'plugins.modules = ["plugins/policy.mjs"] (pipeline.toml:2): must not be set by a file that was only found here; --config pipeline.toml says that you trust it',
    expect.stringContaining('stages.stream.channel_capacity = 0 (pipeline.toml:4)'),
  ]);
  place.write('pipeline.toml', MODULES);
  for (const trusted of [{ file: 'pipeline.toml' }, { environment: { ORCHESTRATOR_CONFIG: 'pipeline.toml' } }]) {
    expect((await place.load(trusted)).config.plugins.modules).toEqual([join(place.cwd, 'plugins/policy.mjs')]);
  }
});

test('paths are relative to the file that names them, or else to the working directory', async () => {
  using place = workspace();
  place.write('deep/conf.toml', MODULES);
  const { config } = await place.load({ file: 'deep/conf.toml' });
  expect(config.plugins.modules).toEqual([join(place.cwd, 'deep/plugins/policy.mjs')]);
  place.writeUser(MODULES);
  const mine = await place.load();
  expect(mine.config.plugins.modules).toEqual([join(place.home, '.config/orchestrator/plugins/policy.mjs')]);
  const flag = await place.load({ set: ['plugins.modules=["a.mjs", "/b.mjs"]'] });
  expect(flag.config.plugins.modules).toEqual([join(place.cwd, 'a.mjs'), '/b.mjs']);
  const variable = await place.load({ environment: { ORCHESTRATOR__PLUGINS__MODULES: '["a.mjs"]' } });
  expect(variable.config.plugins.modules).toEqual([join(place.cwd, 'a.mjs')]);
});

test('an empty list names no code, and what is no list of names is told as it was written', async () => {
  using place = workspace();
  place.write('pipeline.toml', '[plugins]\nmodules = []\n');
  expect((await place.load()).config.plugins.modules).toEqual([]);
  expect(await place.faults({ set: ['plugins.modules=[5, " "]'] })).toEqual([
    'plugins.modules.0 = 5 (--set plugins.modules): must be text that is not blank',
    'plugins.modules.1 = " " (--set plugins.modules): must not be blank',
  ]);
});
