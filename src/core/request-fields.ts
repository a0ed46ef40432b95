import { arrayAt, countAt, type Fields, idAt, numberAt, objectAt, oneOf, textAt, textsAt } from './fields.ts';
import { PRIORITIES } from './priority.ts';
import type { PromptRequest, Role } from './request.ts';

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

/** Fields that a request may have; absent is fine, null is not. */
const OPTIONAL: Readonly<Record<string, (field: string, value: unknown) => unknown>> = {
  model: textAt,
  session: textAt,
  tenant: textAt,
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
  const content = message['content'];
  if (typeof content === 'string') return;
  for (const [index, part] of arrayAt(`${path}.content`, content).entries()) {
    const field = `${path}.content[${index}]`;
    textAt(`${field}.type`, objectAt(field, part)['type']);
  }
}

function checkParameters(path: string, parameters: Fields): void {
  const { max_tokens, temperature } = parameters;
  if (max_tokens !== undefined) countAt(`${path}.max_tokens`, max_tokens, 1);
  if (temperature !== undefined) numberAt(`${path}.temperature`, temperature, 0, 2);
}

function checkTool(path: string, value: unknown): void {
  const tool = objectAt(path, value);
  textAt(`${path}.name`, tool['name']);
  if (tool['description'] !== undefined) textAt(`${path}.description`, tool['description']);
  if (tool['parameters'] !== undefined) objectAt(`${path}.parameters`, tool['parameters']);
}
