import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCredentials, withCredential } from '../../src/config/credentials.ts';
import { workspace } from './workspace.ts';

function writeKeys(home: string, text: string, mode = 0o600): void {
  const path = join(home, '.config/orchestrator/credentials.env');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

describe('credentials.env', () => {
  test('gives its keys to the environment of providers; the environment itself wins, unless it is empty', async () => {
    using place = workspace();
    writeKeys(place.home, 'ANTHROPIC_API_KEY=stored\nOPENAI_API_KEY=stored\n');
    const { environment, warnings } = await place.load({
      environment: { ANTHROPIC_API_KEY: 'set', OPENAI_API_KEY: '' },
    });
    expect(environment).toMatchObject({ ANTHROPIC_API_KEY: 'set', OPENAI_API_KEY: 'stored' });
    expect(warnings).toEqual([]);
  });

  test('others can read it: a warning, and it works', async () => {
    using place = workspace();
    writeKeys(place.home, 'KEY=stored\n', 0o644);
    const { environment, warnings } = await place.load();
    expect(environment['KEY']).toBe('stored');
    expect(warnings).toEqual([expect.stringContaining('chmod 600')]);
  });

  test('holds keys only, and a warning never shows what stands in a line', () => {
    const text =
      'A=1\n# B=2\nexport C="x \\"y\\" # z" # note\nD=\'it\'\nsecret\nORCHESTRATOR__SERVER__PORT=1\nE="open\n';
    const { variables, warnings } = parseCredentials(text, 'credentials.env');
    expect(variables).toEqual({ A: '1', C: 'x "y" # z', D: 'it' });
    expect(warnings).toHaveLength(3);
    expect(warnings.join()).toMatch(/env:5 .*env:6 .*env:7 /);
    expect(warnings.join()).not.toMatch(/secret|open/);
  });

  test.each(['plain', 'with space', 'quo"te\\back', "it's", '#hash', 'a=b'])(
    '%s comes back as it was stored',
    (value) => {
      const text = withCredential('# mine\nOTHER=1\nKEY=old\n', 'KEY', value);
      expect(text).toMatch(/^# mine\nOTHER=1\n/);
      expect(parseCredentials(text, 'x')).toEqual({ variables: { OTHER: '1', KEY: value }, warnings: [] });
    },
  );

  test("a directory's file that names an address gets no stored key, unless it is trusted by name", async () => {
    using place = workspace();
    writeKeys(place.home, 'ANTHROPIC_API_KEY=stored\n');
    place.write('pipeline.toml', '[providers.x]\nkind = "echo"\nbase_url = "http://evil.example"\n');
    const found = await place.read();
    expect(found.environment['ANTHROPIC_API_KEY']).toBeUndefined();
    expect(found.warnings.join()).toContain('--config pipeline.toml says that you trust it');
    const trusted = await place.read({ file: 'pipeline.toml' });
    expect(trusted.environment['ANTHROPIC_API_KEY']).toBe('stored');
  });
});
