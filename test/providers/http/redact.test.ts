import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { redact } from '../../../src/providers/http/redact.ts';

const KEY = 'q7Wm-secret0123456789abcdefABCDEF';

test('no eight characters of the key in a row get out, whatever the upstream quotes', () => {
  const piece = fc
    .tuple(fc.nat(KEY.length), fc.nat(KEY.length))
    .map(([a, b]) => KEY.slice(Math.min(a, b), Math.max(a, b)));
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
      const said = redact(parts.join(' '), new Secret(KEY));
      for (let at = 0; at + 8 <= KEY.length; at++) expect(said).not.toContain(KEY.slice(at, at + 8));
    }),
  );
});

test('what is not of the key stays, and so do the few characters that providers show of it', () => {
  expect(redact('Incorrect API key provided: it ends in CDEF.', new Secret(KEY))).toBe(
    'Incorrect API key provided: it ends in CDEF.',
  );
  expect(redact(`half ${KEY.slice(-20)}`, new Secret(KEY))).toBe('half ***');
});
