import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { CommandContext, CommandOptions } from '../../commands/command.ts';
import { configCommand } from '../../commands/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { seededRandom } from '../../src/core/random.ts';
import { workspace } from '../config/workspace.ts';

function terminal(place: { cwd: string; home: string }) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const context: CommandContext = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    environment: { HOME: place.home },
    cwd: place.cwd,
    clock: systemClock,
    random: seededRandom(1),
    onSignal: () => () => {},
    onReload: () => () => {},
  };
  const textOf = (stream: PassThrough): string => {
    const chunks: Buffer[] = [];
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };
  return {
    async run(name: string, options: CommandOptions = {}, args: readonly string[] = []) {
      const command = configCommand.subcommands!.find((one) => one.name === name)!;
      const code = await command.run!(context, args, options);
      return { code, out: textOf(stdout), err: textOf(stderr) };
    },
  };
}

test('validate: silent stdout and exit 0 for a valid file, all faults and exit 3 for another', async () => {
  using place = workspace();
  const { run } = terminal(place);
  expect(await run('validate')).toEqual({ code: 0, out: '', err: 'valid: no file, all defaults\n' });
  place.write('good.toml', '[audit]\ncapacity = 5\n');
  expect(await run('validate', {}, ['good.toml'])).toEqual({
    code: 0,
    out: '',
    err: 'warning: known, but not supported yet, so these have no effect: audit.capacity\nvalid: good.toml\n',
  });
  place.write('bad.toml', 'x = 1\n[storage]\npath = 3\n');
  const bad = await run('validate', {}, ['bad.toml']);
  expect([bad.code, bad.out]).toEqual([3, '']);
  expect(bad.err.trim().split('\n')).toEqual([
    expect.stringContaining('x = 1 (bad.toml:1): unknown key'),
    'storage.path = 3 (bad.toml:3): must be text that is not blank',
  ]);
});

test('validate --json: the same as data, nothing on stderr', async () => {
  using place = workspace();
  const { run } = terminal(place);
  place.write('pipeline.toml', '[audit]\ncapacity = 5\n[storage]\npath = 3\n');
  const { code, out, err } = await run('validate', { json: true, set: ['pipeline.name='] });
  expect([code, err]).toEqual([3, '']);
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    faults: [
      { path: 'storage.path', value: 3, file: 'pipeline.toml', line: 4 },
      { path: 'pipeline.name', value: '', flag: '--set pipeline.name', rule: 'must not be blank' },
    ],
    warnings: [expect.stringContaining('audit.capacity')],
  });
  const valid = await run('validate', { json: true, config: '/dev/null' });
  expect(JSON.parse(valid.out)).toEqual({ valid: true, faults: [], warnings: [] });
});

test('validate: a file named twice is a usage error, a missing one a fault', async () => {
  using place = workspace();
  const { run } = terminal(place);
  await expect(run('validate', { config: 'a' }, ['b'])).rejects.toMatchObject({ code: 'usage' });
  expect(await run('validate', {}, ['gone.toml'])).toMatchObject({
    code: 3,
    err: expect.stringContaining('gone.toml'),
  });
});

test('show: TOML, with origins when asked for; warnings once and on stderr', async () => {
  using place = workspace();
  const { run } = terminal(place);
  place.write('pipeline.toml', '[audit]\ncapacity = 5\n[stages.inference]\nmax_tokens = 7\n');
  const { code, out, err } = await run('show', { origin: true, set: ['pipeline.name=mine'] });
  expect(code).toBe(0);
  expect(out).toContain('name = "mine"  # --set pipeline.name\n');
  expect(out).toContain('[stages.inference]\nworker = "echo"  # default\nmax_tokens = 7  # pipeline.toml:4\n');
  expect(err.match(/audit\.capacity/g)).toHaveLength(1);
  expect((await run('show')).out).not.toContain('#');
});

test('show --json: the configuration, with origins beside it when asked for', async () => {
  using place = workspace();
  const { run } = terminal(place);
  expect(JSON.parse((await run('show', { json: true })).out)).toMatchObject({ stages: { rag: { enabled: true } } });
  expect(JSON.parse((await run('show', { json: true, origin: true })).out)).toMatchObject({
    config: { storage: {} },
    origins: { 'stages.rag.enabled': 'default' },
  });
});

test('show: a faulty configuration is thrown whole', async () => {
  using place = workspace();
  await expect(terminal(place).run('show', { set: ['a=1', 'b=2'] })).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringMatching(/^a = 1 .*\nb = 2 /),
  });
});

test('schema: JSON Schema that closes every table', async () => {
  using place = workspace();
  const { out } = await terminal(place).run('schema');
  expect(JSON.parse(out)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
    properties: {
      stages: { additionalProperties: false },
      workers: { deprecated: true },
      rag_channel_capacity: { deprecated: true, maximum: 100_000 },
    },
  });
});

test('path: what is looked at, in order, and whether it is there', async () => {
  using place = workspace();
  const { run } = terminal(place);
  place.write('pipeline.toml', '');
  expect((await run('path')).out).toBe(
    `missing  ${place.home}/.config/orchestrator/pipeline.toml\nexists   ${place.cwd}/pipeline.toml\n`,
  );
  expect(JSON.parse((await run('path', { json: true, config: 'x.toml' })).out)).toEqual([
    { path: `${place.cwd}/x.toml`, source: '--config', exists: false },
  ]);
});

test('init: a file that shows every key and changes nothing, with the schema it names; never over one that is there', async () => {
  using place = workspace();
  const { run } = terminal(place);
  const empty = await place.load();
  const { code, out } = await run('init');
  expect([code, out]).toEqual([0, `${place.cwd}/pipeline.toml\n${place.cwd}/pipeline.schema.json\n`]);
  const text = readFileSync(`${place.cwd}/pipeline.toml`, 'utf8');
  expect(text).toMatch(/^#:schema \.\/pipeline\.schema\.json\n/);
  expect(text).toContain('[stages.inference]');
  expect(JSON.parse(readFileSync(`${place.cwd}/pipeline.schema.json`, 'utf8'))).toMatchObject({ type: 'object' });
  expect((await place.load()).config).toEqual(empty.config);
  place.write('pipeline.toml', '[audit]\n');
  await expect(run('init')).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('--force') });
  expect(readFileSync(`${place.cwd}/pipeline.toml`, 'utf8')).toBe('[audit]\n');
  expect((await run('init', { force: true })).code).toBe(0);
  expect(readFileSync(`${place.cwd}/pipeline.toml`, 'utf8')).toBe(text);
  expect((await run('init', { config: 'deep/other.toml' })).out).toContain(`${place.cwd}/deep/other.toml\n`);
});
