import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromDollars } from '../../src/core/money.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { SpendAccounts } from '../../src/storage/spend-accounts.ts';
import { builtLauncher } from '../support/cli.ts';
import { Workplace } from '../support/terminal.ts';

// Real processes: what signals and kill -9 leave behind is only true of those.

const SLOW = ['--set', 'providers.slow.kind=echo', '--set', 'providers.slow.delay_ms=20'];
const LINES = 3000;

interface Printed {
  readonly line: number;
  readonly status: string;
}

function start(place: Workplace, args: readonly string[], output: string): ChildProcess {
  return spawn(
    'sh',
    ['-c', `exec "$0" "$@" > ${output} 2> ${output}.err`, process.execPath, builtLauncher(), ...args],
    {
      cwd: place.path,
      env: { ...place.environment, PATH: process.env['PATH'] },
      stdio: 'ignore',
    },
  );
}

const printed = (place: Workplace, output: string): Printed[] =>
  place
    .read(output)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** Waits until the command has printed so many lines. */
const lines = (place: Workplace, output: string, count: number) =>
  expect
    .poll(
      () =>
        existsSync(`${place.path}/${output}`) ? readFileSync(`${place.path}/${output}`, 'utf8').split('\n').length : 0,
      { timeout: 20_000, interval: 10 },
    )
    .toBeGreaterThan(count);

function batchOf(place: Workplace, count = LINES): void {
  place.write(
    'in.ndjson',
    Array.from({ length: count }, (_, i) => `{"prompt":"question ${i + 1}","id":"q-${i + 1}"}\n`).join(''),
  );
}

const numbers = (records: readonly Printed[]) => records.map(({ line }) => line).sort((a, b) => a - b);
const everyLine = Array.from({ length: LINES }, (_, i) => i + 1);

test('kill -9, three times: --resume goes on, no line is lost, none is answered twice', {
  timeout: 60_000,
}, async () => {
  using place = new Workplace();
  batchOf(place);
  const outputs: string[] = [];
  for (let round = 0; round < 3; round++) {
    outputs.push(`out-${round}`);
    const running = start(
      place,
      ['run', '-i', 'in.ndjson', ...SLOW, ...(round > 0 ? ['--resume'] : [])],
      `out-${round}`,
    );
    await lines(place, `out-${round}`, 200);
    running.kill('SIGKILL');
    await once(running, 'exit');
  }
  const last = start(place, ['run', '-i', 'in.ndjson', '--resume'], 'out-last');
  expect(await once(last, 'exit')).toEqual([0, null]);
  const all = [...outputs, 'out-last'].flatMap((output) => printed(place, output));
  expect([...new Set(numbers(all))]).toEqual(everyLine);
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['completed']));
  // Committed and not yet known to be printed: may come again, and is the same outcome.
  expect(all.length - LINES).toBeLessThan(600);
  const answers = new Map<number, string>();
  for (const record of all) {
    expect(answers.get(record.line) ?? JSON.stringify(record)).toBe(JSON.stringify(record));
    answers.set(record.line, JSON.stringify(record));
  }
});

test('SIGTERM half-way: answered + dead letters = accepted, and --skip goes on from there', {
  timeout: 60_000,
}, async () => {
  using place = new Workplace();
  batchOf(place);
  const running = start(place, ['run', '-i', 'in.ndjson', ...SLOW], 'first');
  await lines(place, 'first', 300);
  running.kill('SIGTERM');
  expect(await once(running, 'exit')).toEqual([143, null]);
  const told = /(\d+) accepted, (\d+) answered, (\d+) dead letters.*--skip (\d+)/.exec(place.read('first.err'))!;
  const [accepted, answered, dead, skip] = told.slice(1).map(Number) as [number, number, number, number];
  expect(answered + dead).toBe(accepted);
  expect(printed(place, 'first')).toHaveLength(accepted);

  const rest = start(place, ['run', '-i', 'in.ndjson', '--skip', String(skip)], 'rest');
  expect(await once(rest, 'exit')).toEqual([0, null]);
  expect(numbers([...printed(place, 'first'), ...printed(place, 'rest')])).toEqual(everyLine);
  const exported = await place.run(['dlq', 'export']);
  expect(exported.out.split('\n').filter(Boolean)).toHaveLength(dead);
});

test('a running batch is not taken over; one whose input has changed is not resumed', { timeout: 60_000 }, async () => {
  using place = new Workplace();
  batchOf(place);
  const slower = ['--set', 'providers.slow.kind=echo', '--set', 'providers.slow.delay_ms=300'];
  const running = start(place, ['run', '-i', 'in.ndjson', ...slower], 'first');
  await lines(place, 'first', 20);
  expect(await place.run(['run', '-i', 'in.ndjson', '--resume'])).toMatchObject({
    exit: 2,
    err: expect.stringContaining('another process'),
  });
  running.kill('SIGKILL');
  await once(running, 'exit');
  const whole = place.read('in.ndjson');
  place.write('in.ndjson', whole.split('\n').slice(0, 3).join('\n'));
  expect(await place.run(['run', '-i', 'in.ndjson', '--resume'])).toMatchObject({
    exit: 2,
    err: expect.stringContaining('ends with line 3, but the batch had come to line'),
  });
  place.write('in.ndjson', whole.replace('question 1"', 'something else"'));
  expect(await place.run(['run', '-i', 'in.ndjson', '--resume'])).toMatchObject({
    exit: 2,
    err: expect.stringContaining('Line 1 of'),
  });
});

test('a working directory that is gone is told', async () => {
  using place = new Workplace();
  const script = 'mkdir gone; cd gone; rmdir ../gone; exec "$0" "$@" > ../out 2> ../out.err';
  const ran = spawn('sh', ['-c', script, process.execPath, builtLauncher(), 'version'], {
    cwd: place.path,
    env: { ...place.environment, PATH: process.env['PATH'] },
    stdio: 'ignore',
  });
  expect((await once(ran, 'exit'))[0]).toBe(1);
  expect(place.read('out.err')).toBe('orchestrator: the working directory is not there any more; go to one that is.\n');
});

test('a hook that never settles ends in an error of ours', async () => {
  using place = new Workplace();
  place.write(
    'stuck.mjs',
    "export default { name: 'stuck', hooks: { 'before:inference': () => new Promise(() => {}) } };",
  );
  const running = start(place, ['run', 'hello', '--set', 'plugins.modules=["stuck.mjs"]'], 'out');
  expect((await once(running, 'exit'))[0]).toBe(1);
  expect(place.read('out')).toBe('');
  expect(place.read('out.err')).toBe(
    'orchestrator: nothing is left that could end this command; does a hook of a plugin never settle?\n',
  );
});

test('a reader that goes away ends the batch quietly with 141; what was printed was committed', async () => {
  using place = new Workplace();
  batchOf(place);
  const piped = spawn(
    'sh',
    ['-c', `"$0" "$@" 2> err | head -2 > two; wait`, process.execPath, builtLauncher(), 'run', '-i', 'in.ndjson'],
    {
      cwd: place.path,
      env: { ...place.environment, PATH: process.env['PATH'] },
      stdio: 'ignore',
    },
  );
  await once(piped, 'exit');
  expect(printed(place, 'two')).toHaveLength(2);
  expect(place.read('err')).toBe('');
});

test('closed standard streams: the answer still comes, and nothing to read is a usage error', async () => {
  using place = new Workplace();
  const exitOf = async (script: string): Promise<number> => {
    const shell = spawn('sh', ['-c', script, process.execPath, builtLauncher()], {
      cwd: place.path,
      env: { ...place.environment, PATH: process.env['PATH'] },
      stdio: 'ignore',
    });
    return (await once(shell, 'exit'))[0];
  };
  expect(await exitOf('"$0" "$1" run hello <&- > out')).toBe(0);
  expect(place.read('out')).toBe('hello\n');
  expect(await exitOf('"$0" "$1" run <&- 2> err')).toBe(2);
  expect(await exitOf('"$0" "$1" run hello < /dev/null > /dev/full 2> full')).toBe(1);
  expect(place.read('full')).toContain('standard output cannot be written');
  expect(await exitOf('"$0" "$1" run < /dev/null 2> err')).toBe(2);
  expect(place.read('err')).toContain('There is nothing to run');
});

test('kill -9 with money set aside: the next process is charged for it, once', { timeout: 60_000 }, async () => {
  using place = new Workplace();
  batchOf(place, 10);
  const paid = ['kind=echo', 'output_per_1k=1'].flatMap((key) => ['--set', `providers.paid.${key}`]);
  const limited = [...paid, '--set', 'token_budget.max_spend_usd=0.1', '--max-tokens', '20'];
  const running = start(place, ['run', '-i', 'in.ndjson', ...limited, '--set', 'providers.paid.delay_ms=60000'], 'out');
  const storage = await openStorage({ path: join(place.path, 'home/.local/share/orchestrator') });
  const accounts = new SpendAccounts(storage);
  // Five of them fit.
  await expect
    .poll(async () => (await accounts.state('directory')).held, { timeout: 20_000, interval: 20 })
    .toBe(fromDollars(0.1));
  running.kill('SIGKILL');
  await once(running, 'exit');
  const refused = await place.run(['run', 'hello', ...limited]);
  expect([refused.exit, refused.err]).toEqual([6, expect.stringContaining('$0.10 of $0.10 are spent')]);
  expect(await accounts.state('directory')).toEqual({ spent: 0n, held: 0n });
  await storage.close();
  expect((await place.run(['run', 'hello', ...limited])).exit).toBe(0);
});
