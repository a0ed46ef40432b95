import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXIT_CODES } from '../scripts/errors-page.ts';
import { generatedFiles } from '../scripts/generated-files.ts';
import { ERRORS } from '../src/core/errors.ts';
import { workspace } from './config/workspace.ts';

const checkedIn = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

test.each(generatedFiles)('$file is what `npm run gen` makes', ({ file, content }) => {
  expect(checkedIn(file)).toBe(content());
});

test('pipeline.toml loads as an empty file', async () => {
  using place = workspace();
  const empty = await place.load();
  place.write('pipeline.toml', checkedIn('pipeline.toml'));
  const { config, warnings } = await place.load();
  expect(config).toEqual(empty.config);
  expect(warnings).toEqual([]);
});

test('each line of pipeline.toml, taken alone, is valid and has an effect or is the default', async () => {
  using place = workspace();
  const lines = checkedIn('pipeline.toml').split('\n');
  const keys = lines.flatMap((line, index) => (/^#[a-z]/.test(line) ? [index] : []));
  expect(keys.length).toBeGreaterThan(15);
  for (const index of keys) {
    const text = lines.with(index, lines[index]!.slice(1)).join('\n');
    place.write('pipeline.toml', text);
    const { faults, origins } = await place.read();
    expect([lines[index], faults]).toEqual([lines[index], []]);
    // A line that undoes the opening of its table is written in any case.
    const written = [...origins.values()].filter(
      (origin) => origin.kind === 'file' && !/^[a-z]/.test(lines[origin.line - 1]!),
    );
    expect(written.every((origin) => origin.kind === 'file' && origin.line === index + 1) && written.length > 0).toBe(
      true,
    );
  }
});

test('all lines of pipeline.toml together are valid', async () => {
  using place = workspace();
  place.write('pipeline.toml', checkedIn('pipeline.toml').replace(/^#(?=[a-z])/gm, ''));
  expect(await place.faults()).toEqual([]);
});

test('every exit code of the error table is explained', () => {
  for (const { exit } of Object.values(ERRORS)) expect(EXIT_CODES[exit]).toBeDefined();
});
