import { expect, test } from 'vitest';
import { ERRORS, type ErrorCode, messageOf, OrchestratorError, toOrchestratorError } from '../../src/core/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

test.each(codes)('%s says what to do, what to answer, how to exit and what helps', (code) => {
  const { action, status, exit, hint } = new OrchestratorError(code, 'it happened').definition;
  expect(['retry', 'fail_over', 'fail']).toContain(action);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  // 0 would be success, and a shell can't tell more than 255.
  expect(exit).toBeGreaterThan(0);
  expect(exit).toBeLessThan(256);
  expect(hint).toMatch(/^[A-Z`].{10,120}\.$/);
});

test('codes are words for programs', () => {
  for (const code of codes) expect(code).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
});

test('an error carries its details, and its cause only when there is one', () => {
  const cause = new Error('ECONNRESET');
  const error = new OrchestratorError('provider_unavailable', 'gone', { param: 'model', retryAfterMs: 5, cause });
  expect(error).toMatchObject({
    code: 'provider_unavailable',
    message: 'gone',
    param: 'model',
    retryAfterMs: 5,
    cause,
  });
  expect(error.exitCode).toBe(ERRORS.provider_unavailable.exit);
  expect('cause' in new OrchestratorError('usage', 'x')).toBe(false);
});

test('what is ours passes through, what is foreign is wrapped once', () => {
  const ours = new OrchestratorError('usage', 'no');
  expect(toOrchestratorError(ours, 'internal')).toBe(ours);
  const foreign = new TypeError('boom');
  expect(toOrchestratorError(foreign)).toMatchObject({ code: 'internal', message: 'boom', cause: foreign });
  expect(toOrchestratorError('text', 'storage_failed')).toMatchObject({ code: 'storage_failed', message: 'text' });
});

const unprintable = {
  toString() {
    throw new Error('no');
  },
};
const unreadable = Object.defineProperty(new Error('x'), 'message', {
  get() {
    throw new Error('no');
  },
});

test.each([[undefined], [null], [Symbol('s')], [Object.create(null)], [unprintable], [unreadable], [() => 1]])(
  'anything can be thrown and still gets a message',
  (thrown) => {
    expect(messageOf(thrown)).toMatch(/./);
    expect(toOrchestratorError(thrown).code).toBe('internal');
  },
);
