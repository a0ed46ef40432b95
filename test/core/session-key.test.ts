import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sessionKey } from '../../src/core/session-key.ts';

const names = fc.oneof(fc.constantFrom('', 'a', '\n', ':', '1:a', 'a\nb'), fc.string({ maxLength: 4 }));
const owners = fc.tuple(names, fc.option(names, { nil: undefined }));

test('two sessions have one key only if name and tenant are the same', () => {
  fc.assert(
    fc.property(owners, owners, (one, other) => {
      const same = one[0] === other[0] && one[1] === other[1];
      expect(sessionKey(...one) === sessionKey(...other)).toBe(same);
    }),
    { numRuns: 2000 },
  );
});

test('line breaks do not move from the tenant into the session', () => {
  expect(sessionKey('b\nc', 'a')).not.toBe(sessionKey('c', 'a\nb'));
  expect(sessionKey('s', undefined)).not.toBe(sessionKey('s', ''));
});
