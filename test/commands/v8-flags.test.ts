import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { V8_FLAGS } from '../../commands/shared/v8-flags.ts';

test('this V8 knows the flags: Node starts with them', () => {
  expect(execFileSync(process.execPath, [...V8_FLAGS, '-p', '6 * 7'], { encoding: 'utf8' })).toBe('42\n');
  expect(() => execFileSync(process.execPath, ['--no-such-flag', '-p', '6 * 7'], { stdio: 'pipe' })).toThrow();
});
