import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Places } from '../../src/primitives/places.ts';

test('holds what has come and has not gone, whatever the order', () => {
  const deed = fc.oneof(fc.constant('add' as const), fc.nat());
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 100 }), (script) => {
      const places = new Places<string>();
      const model = new Map<number, string>();
      let count = 0;
      for (const step of script) {
        if (step === 'add') {
          const item = `item ${count++}`;
          const place = places.add(item);
          expect(model.has(place)).toBe(false);
          model.set(place, item);
        } else {
          // Also a place that is empty already.
          const place = step % Math.max(count, 1);
          places.delete(place);
          model.delete(place);
        }
        expect(places.size).toBe(model.size);
        expect([...places].sort()).toEqual([...model.values()].sort());
      }
    }),
  );
});

test('what leaves while somebody looks does not come', () => {
  const places = new Places<string>();
  const [, second] = ['a', 'b', 'c'].map((item) => places.add(item));
  const seen: string[] = [];
  for (const item of places) {
    seen.push(item);
    places.delete(second!);
  }
  expect(seen).toEqual(['a', 'c']);
});
