import { expect, test } from 'vitest';
import type { Role } from '../../src/core/request.ts';
import { createAssemble } from '../../src/prompts/assemble-stage.ts';
import { testEngine } from '../support/test-engine.ts';

test('a system prompt is put before the request', () => {
  const { send, provider } = testEngine({ system: 'be brief' });
  const one = send('go');
  expect(provider.call('go').attempt.messages).toEqual([
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'go' },
  ]);
  expect(one.request.messages).toHaveLength(1);
});

test.each<Role>(['system', 'developer'])('a request with its own %s prompt keeps it, and gets no other', (role) => {
  const { send, provider } = testEngine({ system: 'be brief' });
  const messages = [
    { role: 'user', content: 'hello' },
    { role, content: 'be long' },
    { role: 'user', content: 'go' },
  ] as const;
  send({ id: 'one', messages });
  expect(provider.call('go').attempt.messages).toBe(messages);
});

test('nothing configured adds nothing', () => {
  expect(createAssemble(undefined)).toBeNull();
  expect(createAssemble('')).toBeNull();
  const { send, provider } = testEngine();
  const one = send('go');
  expect(provider.call('go').attempt.messages).toBe(one.request.messages);
});
