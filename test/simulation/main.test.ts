import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/tree.ts';

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(root, 'test', 'simulation', 'main.ts'), ...args], { encoding: 'utf8' });

test('many seeds: what ran, what happened, and nothing failed', () => {
  const { status, stdout } = run('--seeds', '45', '--seed', '7', '--threads', '2');
  expect(stdout).toMatch(/^45 seeds in [\d.]+ s \(\d+ a second\), 0 failed\n/);
  expect(stdout).toContain('chaos');
  expect(stdout).toMatch(/\d+ completed/);
  expect(status).toBe(0);
});

test('one seed with its trace', () => {
  const { status, stdout } = run('--seeds', '1', '--seed', '7', '--trace', '--scenario', 'calm');
  expect(stdout).toMatch(/^\d+\.\d{3} submitted a-0 unsaid -1\n/);
  expect(stdout).toMatch(/\n1 seeds in .*, 0 failed\n/);
  expect(status).toBe(0);
});

test.each([
  [['--seeds', 'many'], '--seeds many: must be a whole number from 1 on'],
  [['--scenario', 'bliss'], 'there is no scenario "bliss": choose one of calm, '],
  [['--trace'], '--trace: needs --seeds 1'],
  [['--sed', '1'], "Unknown option '--sed'"],
])('what cannot be meant is refused: %j', (args, message) => {
  const { status, stderr, stdout } = run(...args);
  expect(stderr).toContain(message);
  expect(stderr).toContain('Usage: npm run simulate');
  expect(stdout).toBe('');
  expect(status).toBe(2);
});
