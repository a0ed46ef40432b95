import { describe, expect, test } from 'vitest';
import { Job } from '../../src/core/job.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { keyOf, splitKey } from '../../src/reuse/key.ts';
import { prompt } from '../support/scripted-provider.ts';

const keyFor = (request: PromptRequest): string => keyOf(new Job(request, null, null));

/** Every field of a request, so that a new one must be judged here. */
const WHOLE: Required<PromptRequest> = {
  id: 'one',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'image_url', image_url: { url: 'data:1' } },
      ],
    },
    { role: 'assistant', content: '', tool_calls: [{ id: 'c1', name: 'f', arguments: '{}' }] },
    { role: 'tool', content: 'result', tool_call_id: 'c1' },
    { role: 'user', content: 'And now?' },
  ],
  model: 'm-1',
  parameters: {
    max_tokens: 10,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    stop: ['.'],
    seed: 7,
    presence_penalty: 0.1,
    frequency_penalty: 0.2,
    tool_choice: 'auto',
    parallel_tool_calls: true,
  },
  tools: [{ name: 'f', description: 'd', parameters: { type: 'object' } }],
  session: 's',
  priority: 'high',
  deadline_ms: 1000,
  metadata: { user_id: 'u' },
  tenant: 't',
  no_cache: false,
};

/** What doesn't shape the answer, or has shaped the messages already; `no_cache` never comes as far as the key. */
const IRRELEVANT: ReadonlySet<string> = new Set(['id', 'session', 'priority', 'deadline_ms', 'metadata', 'no_cache']);

type Leaf = readonly [path: readonly string[], value: unknown];

/** Every value in a tree, and every path where one can be left out. */
function leaves(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

function changed(
  path: readonly string[],
  change: (holder: Record<string, unknown>, name: string) => void,
): PromptRequest {
  const copy = structuredClone(WHOLE);
  let holder = copy as unknown as Record<string, unknown>;
  for (const name of path.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
  change(holder, path.at(-1)!);
  return copy;
}

const another = (value: unknown): unknown =>
  typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}!`;

describe('every value of a request', () => {
  test.each(leaves(WHOLE).map(([path, value]) => [path.join('.'), path, value] as const))(
    '%s',
    (_name, path, value) => {
      const relevant = !IRRELEVANT.has(path[0]!);
      const other = changed(path, (holder, name) => {
        holder[name] = another(value);
      });
      expect(keyFor(other) === keyFor(WHOLE)).toBe(!relevant);
      const without = changed(path, (holder, name) => {
        delete holder[name];
      });
      expect(keyFor(without) === keyFor(WHOLE)).toBe(!relevant);
    },
  );

  test.each(['messages', 'tools', 'parameters', 'model', 'tenant'])('%s as a whole', (field) => {
    const { [field as 'model']: _left, ...rest } = WHOLE;
    const other = { ...rest, ...(field === 'messages' ? { messages: [] } : {}) };
    expect(keyFor(other as PromptRequest)).not.toBe(keyFor(WHOLE));
  });
});

test('the order in which fields were written makes no difference', () => {
  const { role, content } = { role: 'user', content: 'x' } as const;
  const one = { ...prompt('x'), messages: [{ role, content }], parameters: { top_p: 1, seed: 2 } };
  const other = { ...prompt('x'), messages: [{ content, role }], parameters: { seed: 2, top_p: 1 } };
  expect(keyFor(one)).toBe(keyFor(other));
});

test('where a request asks to go makes a difference, and other metadata none', () => {
  const keys = [
    undefined,
    { user_id: 'u' },
    { pipeline: 'fast' },
    { pipeline: 'smart' },
    { pipeline_class: 'code' },
    { pipeline_class: 'faq', user_id: 'u' },
  ].map((metadata) => keyFor(prompt('x', metadata === undefined ? {} : { metadata })));
  expect(keys[1]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(5);
});

test('no prompt can be written that is taken for another kind of request', () => {
  const forged = prompt(keyFor(WHOLE));
  expect(keyFor(forged)).not.toBe(keyFor(WHOLE));
  const twice = prompt(keyFor(forged));
  expect(new Set([keyFor(WHOLE), keyFor(forged), keyFor(twice)]).size).toBe(3);
});

test('the last user message can be told from the rest', () => {
  const parts = (request: PromptRequest) => {
    const job = new Job(request, null, null);
    return splitKey(job, keyOf(job));
  };
  expect(parts(prompt('Hi'))).toEqual({ scope: '', text: 'Hi' });
  const whole = parts(WHOLE)!;
  expect(whole.text).toBe('And now?');
  const other = changed(['messages', '4', 'content'], (holder, name) => {
    holder[name] = 'Something else';
  });
  expect(parts(other)).toEqual({ scope: whole.scope, text: 'Something else' });
  const stranger = parts({ ...WHOLE, tenant: 'another' })!;
  expect(stranger.scope).not.toBe(whole.scope);
  expect(parts({ ...prompt('x'), messages: WHOLE.messages.slice(0, 2) })).toBeNull();
  expect(parts({ ...prompt('x'), messages: [] })).toBeNull();
});
