import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applied, deltaOf, type Plain } from '../../src/primitives/delta.ts';

const plain = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Plain>;

describe('whatever the values are', () => {
  test('the delta makes the second of the first, also once it has been a text', () => {
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const delta = deltaOf(before, after);
        const made = delta === null ? before : applied(before, JSON.parse(JSON.stringify(delta)));
        expect(JSON.stringify(made)).toBe(JSON.stringify(after));
      }),
    );
  });

  test('equal ones have none', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const text = JSON.stringify(value);
        expect(deltaOf(JSON.parse(text), JSON.parse(text))).toBeNull();
      }),
    );
  });
});

test('a window that moves on is told by what it dropped and what came', () => {
  expect(deltaOf([1, 2, 3, 4], [3, 4, 5])).toEqual([2, 2, [5]]);
  expect(deltaOf([{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 3 }])).toEqual([2, 1, [{ a: 3 }]]);
});

test('only what changed is told, at any depth', () => {
  expect(deltaOf({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: 1, c: 3 }, d: [1] })).toEqual([
    1,
    [['a', [1, [['c', [0, 3]]]]]],
  ]);
});

test('what did not change is shared', () => {
  const before = { a: { deep: [1, 2] }, b: 1 };
  const made = applied(before, [1, [['b', [0, 2]]]]) as typeof before;
  expect(made.a).toBe(before.a);
});

test('a field named __proto__ is one like any other', () => {
  const before = JSON.parse('{"__proto__":{"x":1}}') as Plain;
  const after = JSON.parse('{"__proto__":{"x":2}}') as Plain;
  expect(JSON.stringify(applied(before, deltaOf(before, after)!))).toBe('{"__proto__":{"x":2}}');
});
