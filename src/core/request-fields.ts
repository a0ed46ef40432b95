import { arrayAt, countAt, type Fields, idAt, numberAt, objectAt, oneOf, textAt, textsAt } from './fields.ts';
import { PRIORITIES } from './priority.ts';
import type { Parameters, PromptRequest, Role } from './request.ts';

const ROLES: readonly Role[] = ['system', 'developer', 'user', 'assistant', 'tool'];

/**
 * A stored request read back from JSON. It stays whole: fields that nobody here knows are kept. Throws
 * `request_invalid`, naming the field under `path`.
 */
export function requestAt(path: string, value: unknown): PromptRequest {
  const request = objectAt(path, value);
  const at = (field: string): string => `${path}.${field}`;
  idAt(at('id'), request['id']);
  for (const [index, message] of arrayAt(at('messages'), request['messages']).entries()) {
    checkMessage(`${path}.messages[${index}]`, objectAt(`${path}.messages[${index}]`, message));
  }
  for (const [field, check] of Object.entries(OPTIONAL)) {
    if (request[field] !== undefined) check(at(field), request[field]);
  }
  return request as unknown as PromptRequest;
}

/** What a request may say beside who asks and what: who answers, how, and how urgently. */
export type RequestSettings = Pick<
  PromptRequest,
  'model' | 'priority' | 'tenant' | 'no_cache' | 'tools' | 'parameters'
>;

/**
 * The same fields where they stand flat in a record, as in a line of a batch; null is absent, and so is what nobody here
 * knows. Throws `request_invalid`, naming the field.
 */
export function settingsAt(record: Fields): RequestSettings {
  const given = (name: string, check: ((field: string, value: unknown) => unknown) | undefined): boolean => {
    if (record[name] == null) return false;
    check?.(name, record[name]);
    return true;
  };
  const pick = (names: readonly string[]): Fields => Object.fromEntries(names.map((name) => [name, record[name]]));
  const parameters = FLAT_PARAMETERS.filter((name) => given(name, PARAMETERS[name]));
  return {
    ...pick(FLAT.filter((name) => given(name, OPTIONAL[name]))),
    ...(parameters.length === 0 ? {} : { parameters: pick(parameters) }),
  };
}

/** Fields that a request may have; absent is fine, null is not. */
const OPTIONAL: Readonly<Record<string, (field: string, value: unknown) => unknown>> = {
  model: textAt,
  session: textAt,
  tenant: textAt,
  no_cache: (field, value) => oneOf(field, String(value), ['true', 'false']),
  metadata: textsAt,
  priority: (field, value) => oneOf(field, value, PRIORITIES),
  deadline_ms: (field, value) => numberAt(field, value, 0),
  parameters: (field, value) => checkParameters(field, objectAt(field, value)),
  tools: (field, value) => {
    for (const [index, tool] of arrayAt(field, value).entries()) checkTool(`${field}[${index}]`, tool);
  },
};

function checkMessage(path: string, message: Fields): void {
  oneOf(`${path}.role`, message['role'], ROLES);
  const { content, tool_calls, tool_call_id } = message;
  if (tool_call_id !== undefined) textAt(`${path}.tool_call_id`, tool_call_id);
  if (tool_calls !== undefined) {
    for (const [index, call] of arrayAt(`${path}.tool_calls`, tool_calls).entries()) {
      const at = `${path}.tool_calls[${index}]`;
      const fields = objectAt(at, call);
      for (const field of ['id', 'name', 'arguments']) textAt(`${at}.${field}`, fields[field]);
    }
  }
  if (typeof content === 'string') return;
  for (const [index, part] of arrayAt(`${path}.content`, content).entries()) {
    const field = `${path}.content[${index}]`;
    textAt(`${field}.type`, objectAt(field, part)['type']);
  }
}

const PARAMETERS: Readonly<Record<keyof Parameters, (field: string, value: unknown) => unknown>> = {
  max_tokens: (field, value) => countAt(field, value, 1),
  temperature: (field, value) => numberAt(field, value, 0, 2),
  top_p: (field, value) => numberAt(field, value, 0, 1),
  top_k: (field, value) => countAt(field, value, 1),
  stop: (field, value) => {
    for (const [index, text] of arrayAt(field, value).entries()) textAt(`${field}[${index}]`, text);
  },
  seed: (field, value) => numberAt(field, value, Number.MIN_SAFE_INTEGER),
  presence_penalty: (field, value) => numberAt(field, value, -2, 2),
  frequency_penalty: (field, value) => numberAt(field, value, -2, 2),
  tool_choice: (field, value) => {
    if (typeof value === 'string') oneOf(field, value, ['auto', 'none', 'required']);
    else textAt(`${field}.name`, objectAt(field, value)['name']);
  },
  parallel_tool_calls: (field, value) => oneOf(field, String(value), ['true', 'false']),
  native: (field, value) => {
    const { dialect, fields, headers } = objectAt(field, value);
    oneOf(`${field}.dialect`, dialect, ['openai', 'anthropic']);
    objectAt(`${field}.fields`, fields);
    textsAt(`${field}.headers`, headers);
  },
};

/** Not `native`: it is no field of ours that anybody would write. */
const FLAT_PARAMETERS = (Object.keys(PARAMETERS) as (keyof Parameters)[]).filter((name) => name !== 'native');
const FLAT = ['model', 'priority', 'tenant', 'no_cache', 'tools'] as const satisfies readonly (keyof RequestSettings)[];

function checkParameters(path: string, parameters: Fields): void {
  for (const [name, check] of Object.entries(PARAMETERS)) {
    if (parameters[name] !== undefined) check(`${path}.${name}`, parameters[name]);
  }
}

function checkTool(path: string, value: unknown): void {
  const tool = objectAt(path, value);
  textAt(`${path}.name`, tool['name']);
  if (tool['description'] !== undefined) textAt(`${path}.description`, tool['description']);
  if (tool['parameters'] !== undefined) objectAt(`${path}.parameters`, tool['parameters']);
}
