import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bits } from '../../src/primitives/bits.ts';

test('says of every place what was said of it last', () => {
  const deed = fc.tuple(fc.constantFrom('add', 'add', 'delete', 'clear'), fc.nat(69));
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      const bits = new Bits(70);
      const model = new Set<number>();
      for (const [what, at] of deeds) {
        if (what === 'clear') {
          bits.clear();
          model.clear();
        } else {
          bits[what as 'add' | 'delete'](at);
          model[what as 'add' | 'delete'](at);
        }
      }
      for (let at = 0; at < 70; at++) expect(bits.has(at)).toBe(model.has(at));
    }),
  );
});
