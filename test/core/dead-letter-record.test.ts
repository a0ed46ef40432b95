import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEAD_LETTER_REASONS, type DeadLetter } from '../../src/core/dead-letter.ts';
import { decodeReplayRecord, encodeDeadLetter, parseReplayLine } from '../../src/core/dead-letter-record.ts';
import { ERRORS, OrchestratorError } from '../../src/core/errors.ts';
import { PRIORITIES } from '../../src/core/priority.ts';
import type { PromptRequest } from '../../src/core/request.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const text = fc.string({ unit: 'binary' });
const part = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text }),
  fc.record({ type: fc.constantFrom('image', 'tool_use'), url: text, sizes: fc.array(fc.integer()) }),
);
const json = fc
  .dictionary(text, fc.jsonValue())
  // JSON has one zero.
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);

const request = fc.record(
  {
    id,
    messages: fc.array(
      fc.record({
        role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool'),
        content: fc.oneof(text, fc.array(part)),
      }),
    ),
    model: text,
    parameters: fc.record(
      { max_tokens: fc.integer({ min: 1 }), temperature: fc.constantFrom(0, 0.1, 1.5, 2) },
      { requiredKeys: [] },
    ),
    tools: fc.array(fc.record({ name: text, description: text, parameters: json }, { requiredKeys: ['name'] })),
    session: text,
    priority: fc.constantFrom(...PRIORITIES),
    deadline_ms: fc.nat(),
    metadata: fc.dictionary(text, text),
    tenant: text,
  },
  { requiredKeys: ['id', 'messages'], noNullPrototype: true },
) as fc.Arbitrary<PromptRequest>;

const letter: fc.Arbitrary<DeadLetter> = fc.record({
  request,
  reason: fc.constantFrom(...DEAD_LETTER_REASONS),
  error: fc.option(fc.record({ code: fc.constantFrom(...Object.keys(ERRORS)), message: text })),
  attempts: fc.nat(),
  hops: fc.nat(),
  // Any millisecond of the first 300 years.
  at: fc.integer({ min: 0, max: 300 * 365 * 24 * 3600 * 1000 }),
});

/** As it comes back from a file. */
const written = (value: unknown): string => JSON.stringify(value);

const sample = {
  request_id: 'r1',
  session_id: 's1',
  reason: 'shed',
  dropped_at: 1711900000.25,
  attempts: 0,
  hops: 1,
  request: { id: 'r1', messages: [{ role: 'user', content: 'go' }], session: 's1' },
};

describe('a dead letter', () => {
  test('comes back from its line as it went', () => {
    fc.assert(
      fc.property(letter, (one) => {
        const line = written(encodeDeadLetter(one));
        expect(line).not.toContain('\n');
        expect(parseReplayLine(line)).toEqual({ kind: 'letter', letter: JSON.parse(written(one)) });
        expect(parseReplayLine(`  ${line}\r`)).toEqual({ kind: 'letter', letter: JSON.parse(written(one)) });
      }),
      { numRuns: 500 },
    );
  });

  test('shows its id, session and time outside of the request', () => {
    const { kind, letter: read } = decodeReplayRecord(sample) as { kind: string; letter: DeadLetter };
    expect(kind).toBe('letter');
    expect(read).toMatchObject({ reason: 'shed', error: null, hops: 1, at: 1711900000250 });
    expect(encodeDeadLetter(read)).toEqual(sample);
  });

  test('keeps fields of its request that are not known here', () => {
    const future = { ...sample, request: { ...sample.request, reasoning: { effort: 'high' } } };
    expect(decodeReplayRecord(future)).toMatchObject({ letter: { request: { reasoning: { effort: 'high' } } } });
  });
});

describe('the other forms', () => {
  test('a prompt to send', () => {
    expect(decodeReplayRecord({ prompt: 'go' })).toEqual({ kind: 'infer', prompt: 'go' });
    const full = {
      prompt: 'go',
      system: 'be brief',
      session_id: 's',
      metadata: { a: 'b' },
      deadline_secs: 1.5,
      request_id: 'r-1',
    };
    expect(decodeReplayRecord(full)).toEqual({ kind: 'infer', ...full });
  });

  test('a prompt with what a line of a batch may say', () => {
    const settings = { model: 'm', priority: 'high', tenant: 't', no_cache: true };
    const record = { prompt: 'go', ...settings, max_tokens: 5, temperature: 0.5, top_p: null, reason: 'shed', seed: 1 };
    expect(decodeReplayRecord(record)).toEqual({
      kind: 'infer',
      prompt: 'go',
      settings: { ...settings, parameters: { max_tokens: 5, temperature: 0.5, seed: 1 } },
    });
  });

  test.each([
    [{ prompt: '' }, 'prompt must not be empty.'],
    [{ prompt: ' \n' }, 'prompt must not be empty.'],
    [{ prompt: 'go', system: 5 }, 'system must be text.'],
    [{ prompt: 'go', max_tokens: -1 }, 'max_tokens must be a whole number from 1.'],
    [{ prompt: 'go', priority: 'urgent' }, 'priority must be one of critical, high, normal, low.'],
  ])('a prompt that cannot be sent as it is: %j', (record, message) => {
    expect(() => decodeReplayRecord(record)).toThrow(message);
  });

  test('with null for what is absent, as other programs write it', () => {
    const record = { prompt: 'go', session_id: null, metadata: null, deadline_secs: null, request_id: null };
    expect(decodeReplayRecord(record)).toEqual({ kind: 'infer', prompt: 'go' });
  });

  test('a request without its prompt', () => {
    const record = { request_id: 'req-abc', session_id: 's1', reason: 'backpressure', dropped_at: 1711900000 };
    expect(decodeReplayRecord(record)).toEqual({ kind: 'dropped', ...record });
  });

  test.each(['', '   ', '\t\r', '# comment', '  # {"prompt":"x"}'])('a line that is ignored: %j', (line) => {
    expect(parseReplayLine(line)).toEqual({ kind: 'ignored' });
  });
});

/** The sample with one field changed; undefined takes it out. */
const changed = (path: string, value: unknown): unknown => {
  const copy = structuredClone(sample) as Record<string, unknown>;
  const keys = path.split('.');
  let at = copy;
  for (const key of keys.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[keys.at(-1)!] = value;
  return JSON.parse(JSON.stringify(copy));
};

const refusal = (value: unknown): unknown => {
  try {
    return decodeReplayRecord(value);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(OrchestratorError);
    expect(thrown).toMatchObject({ code: 'request_invalid' });
    const { param, message } = thrown as OrchestratorError;
    if (param !== undefined) expect(message).toContain(param);
    return param;
  }
};

describe('what is none of them is refused, and the field named', () => {
  test.each([
    ['request_id', undefined],
    ['request_id', 'r2'],
    ['request_id', '../../etc/passwd'],
    ['session_id', 's2'],
    ['session_id', undefined],
    ['reason', 'backpressure'],
    ['reason', 7],
    ['dropped_at', '2024-03-31'],
    ['dropped_at', -1],
    ['attempts', -1],
    ['attempts', 0.5],
    ['hops', undefined],
    ['error', 'oops'],
    ['error.code', undefined],
    ['request', null],
    ['request', 'go'],
    ['request', []],
    ['request.id', ''],
    ['request.messages', {}],
    ['request.priority', 'urgent'],
    ['request.deadline_ms', -1],
    ['request.metadata.count', 5],
    ['request.parameters.max_tokens', 0],
    ['request.parameters.temperature', 3],
    ['request.tools', 'clock'],
    ['request.model', null],
  ])('%s: %j', (path, value) => {
    expect(refusal(changed(path, value))).toBe(path);
  });

  test.each([
    [{ role: 'robot', content: 'x' }, 'request.messages[1].role'],
    [{ role: 'user' }, 'request.messages[1].content'],
    [{ role: 'user', content: ['x'] }, 'request.messages[1].content[0]'],
    [{ role: 'user', content: [{ text: 'x' }] }, 'request.messages[1].content[0].type'],
    ['x', 'request.messages[1]'],
  ])('message %j', (message, field) => {
    expect(refusal(changed('request.messages', [sample.request.messages[0], message]))).toBe(field);
  });

  test.each([
    [{ prompt: 5 }, 'prompt'],
    [{ prompt: 'x', session_id: 5 }, 'session_id'],
    [{ prompt: 'x', metadata: { a: 1 } }, 'metadata.a'],
    [{ prompt: 'x', deadline_secs: '60' }, 'deadline_secs'],
    [{ prompt: 'x', request_id: 'a b' }, 'request_id'],
    [{ request_id: 'r', reason: 1 }, 'reason'],
    [{}, 'prompt'],
    [{ input: 'x' }, 'prompt'],
    [null, undefined],
    [5, undefined],
    [['x'], undefined],
  ])('%j', (record, field) => expect(refusal(record)).toBe(field));

  test.each(['{', 'prompt', '{"prompt":"x"}{"prompt":"y"}', '\u0000'])('a line that is not JSON: %j', (line) => {
    expect(() => parseReplayLine(line)).toThrow('not valid JSON');
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...Object.keys(sample), 'prompt'), fc.jsonValue())),
        (value) => {
          const known = ['letter', 'infer', 'dropped'];
          const result = refusal(value);
          if (typeof result === 'object' && result !== null) expect(known).toContain((result as { kind: string }).kind);
          else expect(['string', 'undefined']).toContain(typeof result);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('and no prototype is touched', () => {
    parseReplayLine('{"prompt":"x","metadata":{"__proto__":"polluted"},"__proto__":{"session_id":"s"}}');
    expect(({} as Record<string, unknown>)['session_id']).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
