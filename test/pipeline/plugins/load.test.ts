import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPlugins } from '../../../src/index.ts';
import { workspace } from '../../config/workspace.ts';

const GOOD = `export default { name: 'good', hooks: { 'before:rag': () => 'continue' } };`;

describe('modules', () => {
  test('are loaded in order, from JavaScript and TypeScript', async () => {
    using place = workspace();
    const paths = [place.write('b.mjs', GOOD), place.write('a.ts', GOOD.replace(`'good'`, `'typed' as string`))];
    expect((await loadPlugins(paths)).map(({ name }) => name)).toEqual(['good', 'typed']);
  });

  test.each([
    ['', 'has no default export { name, hooks }'],
    ['export default 5;', 'has no default export { name, hooks }'],
    [GOOD.replace('good', 'a/b'), 'must export a name of 1 to 64 letters, digits, _ or -'],
    [GOOD.replace(/hooks.*/, 'hooks: {} };'), 'must export hooks, such as'],
    [GOOD.replace('before:rag', 'before:lunch'), 'has a hook at "before:lunch"; there are before:rag, after:rag, '],
    [GOOD.replace(`() => 'continue'`, '7'), 'has a hook at before:rag that is no function'],
    ['throw new Error("no luck");', 'cannot be loaded: no luck'],
    ['export default {', 'cannot be loaded: '],
  ])('%j is refused, and named', async (text, reason) => {
    using place = workspace();
    const path = place.write('bad.mjs', text);
    await expect(loadPlugins([path])).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`plugins.modules: ${path} ${reason}`),
    });
  });

  test('a file that is not there is named', async () => {
    using place = workspace();
    const path = join(place.cwd, 'none.mjs');
    await expect(loadPlugins([path])).rejects.toMatchObject({
      message: expect.stringContaining(`plugins.modules: ${path} cannot be loaded`),
    });
  });
});
