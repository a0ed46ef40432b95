import { expect, test } from 'vitest';
import { z } from 'zod';
import { messageSchema, parameterFields, toolSchema } from '../../src/core/request-schema.ts';
import { schemaFaults } from '../../src/core/schema-faults.ts';

const request = z.strictObject({
  input: z.string().min(1).optional(),
  messages: z.array(messageSchema).min(1).max(3).optional(),
  priority: z.enum(['critical', 'high', 'normal', 'low']).nullish(),
  parameters: z.strictObject(parameterFields).optional(),
  tools: z.array(toolSchema).optional(),
  stream: z.boolean().nullish(),
  count: z.int().min(1).max(16).default(4),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  prompt: z.union([z.string(), z.array(z.string()).length(1, 'must be one prompt')]).optional(),
  id: z.string().regex(/^\w+$/, 'must be letters').optional(),
});

function told(value: unknown): readonly string[] {
  const given = request.safeParse(value);
  return given.success
    ? []
    : schemaFaults(request, value, given.error.issues).map(({ field, message }) => `${field}: ${message}`);
}

test.each<[unknown, string]>([
  [{ input: 5 }, 'input: must be text, not 5'],
  [{ input: '' }, 'input: must not be empty'],
  [{ inptu: 'a' }, 'inptu: is not known here; did you mean input?'],
  [
    { zzz: 'a' },
    'zzz: is not known here; known are input, messages, priority, parameters, tools, stream, count, limit, metadata, prompt, id',
  ],
  [{ priority: 'urgent' }, 'priority: must be one of critical, high, normal, low, not "urgent"'],
  [{ stream: 'yes' }, 'stream: must be true or false, not "yes"'],
  [{ count: 17 }, 'count: must be an integer between 1 and 16, not 17'],
  [{ count: 1 / 0 }, 'count: must be an integer between 1 and 16, not Infinity'],
  [{ limit: '-1' }, 'limit: must be an integer between 1 and 200, not "-1"'],
  [{ limit: '900' }, 'limit: must be an integer between 1 and 200, not "900"'],
  [{ count: 1.5 }, 'count: must be an integer between 1 and 16, not 1.5'],
  [
    { parameters: { max_tokens: 1e21 } },
    'parameters.max_tokens: must be an integer between 1 and 2147483647, not 1e+21',
  ],
  [{ parameters: { max_tokens: 0 } }, 'parameters.max_tokens: must be an integer between 1 and 2147483647, not 0'],
  [{ parameters: { temperature: 3 } }, 'parameters.temperature: must be a number between 0 and 2, not 3'],
  [{ parameters: { temprature: 1 } }, 'parameters.temprature: is not known here; did you mean temperature?'],
  [{ parameters: { seed: 'x' } }, 'parameters.seed: must be an integer, not "x"'],
  [{ parameters: { stop: 7 } }, 'parameters.stop: must be a list or text, not 7'],
  [{ messages: [] }, 'messages: must not be empty'],
  [{ messages: 'hello' }, 'messages: must be a list, not "hello"'],
  [{ messages: Array(4).fill({ role: 'user', content: 'a' }) }, 'messages: must have at most 3 items; it has 4'],
  [
    { messages: [{ role: 'usr', content: 'a' }] },
    'messages.0.role: must be one of system, developer, user, assistant, tool, not "usr"',
  ],
  [{ messages: [{ content: 'a' }] }, 'messages.0.role: is required: one of system, developer, user, assistant, tool'],
  [{ messages: [{ role: 'user' }] }, 'messages.0.content: is required: text or a list'],
  [{ messages: [{ role: 'user', content: [{ text: 'a' }] }] }, 'messages.0.content.0.type: is required: text'],
  [{ tools: [{ function: { description: 'x' } }] }, 'tools.0.function.name: is required: text'],
  [{ metadata: { a: 5 } }, 'metadata.a: must be text, not 5'],
  [{ metadata: 'private words of somebody, which are long enough' }, 'metadata: must be an object, not a longer text'],
  [{ id: 'a b' }, 'id: must be letters'],
  [{ prompt: ['a', 'b'] }, 'prompt: must be one prompt'],
  [{ prompt: [1] }, 'prompt.0: must be text, not 1'],
  [{ prompt: 1 }, 'prompt: must be text or a list, not 1'],
  [null, 'body: must be an object, not null'],
  [undefined, 'body: is required: an object'],
])('%j is told as %s', (value, words) => {
  expect(told(value)).toEqual([words]);
});

test('all of them at once', () => {
  expect(told({ input: 5, count: 0, nonsense: 1 })).toHaveLength(3);
});
