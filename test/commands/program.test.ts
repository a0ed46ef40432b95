import { expect, test } from 'vitest';
import { Workplace } from '../support/terminal.ts';

test.each([[['nosuch']], [['nosuch', '--help']], [['dlq', 'nosuch']], [['dlq', 'nosuch', '--help']]])(
  '%j names the command that there is none of, whatever stands behind it',
  async (args) => {
    using place = new Workplace();
    const ran = await place.run(args);
    expect([ran.exit, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain("Unknown command 'nosuch'; known are ");
  },
);

test('a slip of the hand is told what was meant', async () => {
  using place = new Workplace();
  expect((await place.run(['dlq', 'exprot', '--help'])).err).toContain(
    "Unknown command 'exprot'; did you mean 'export'?",
  );
});

test('a command that only holds others shows them: with 2 when called alone, as there is nothing to do', async () => {
  using place = new Workplace();
  const [alone, asked] = [await place.run(['dlq']), await place.run(['dlq', '--help'])];
  expect([alone.exit, alone.out, asked.exit, asked.err]).toEqual([2, '', 0, '']);
  expect(alone.err).toBe(asked.out);
  for (const name of ['list', 'export', 'replay', 'purge']) expect(asked.out).toMatch(new RegExp(`^  ${name} `, 'm'));
});
