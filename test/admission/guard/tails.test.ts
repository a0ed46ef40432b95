import { expect, test } from 'vitest';
import { Tails } from '../../../src/admission/guard/tails.ts';

test('the end of what a session said last is kept, and of one that said nothing there is none', () => {
  const tails = new Tails();
  expect(tails.get('s')).toBe('');
  tails.set('s', `${'a'.repeat(300)}end`);
  expect(tails.get('s')).toBe(`${'a'.repeat(253)}end`);
  tails.set('s', 'next');
  expect(tails.get('s')).toBe('next');
  expect(tails.get('other')).toBe('');
});

test('after an attack nothing is held against the next turn', () => {
  const tails = new Tails();
  tails.set('s', 'first half');
  tails.set('s', null);
  expect(tails.get('s')).toBe('');
});

test('of more than 2048 sessions the one that was silent longest is forgotten', () => {
  const tails = new Tails();
  const names = Array.from({ length: 2048 }, (_, at) => `s${at}`);
  for (const name of names) tails.set(name, name);
  expect(names.filter((name) => tails.get(name) !== name)).toEqual([]);
  tails.set('s0', 'again');
  tails.set('one more', 'x');
  expect([tails.get('s0'), tails.get('s1'), tails.get('s2')]).toEqual(['again', '', 's2']);
});
