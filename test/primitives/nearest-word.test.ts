import { expect, test } from 'vitest';
import { nearestWord } from '../../src/primitives/nearest-word.ts';

test.each([
  ['rn', ['run', 'repl'], 'run'],
  ['temprature', ['temperature', 'top_p'], 'temperature'],
  ['rnu', ['run', 'repl'], 'run'],
  ['shwo', ['show', 'schema'], 'show'],
  ['Setup', ['setup-wizard', 'status'], 'setup-wizard'],
  ['x', ['mcp', 'run', 'dlq'], null],
  ['qq', ['dlq', 'run'], null],
  ['nonsense', ['doctor', 'dedup'], null],
  ['', ['run'], null],
] as const)('%s of %j means %s', (word, candidates, meant) => {
  expect(nearestWord(word, candidates)).toBe(meant);
});
