import { z } from 'zod';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Ids } from '../../src/core/ids.ts';
import { present } from '../../src/core/present.ts';
import { PRIORITIES } from '../../src/core/priority.ts';
import {
  BLANK,
  isBlank,
  type Message,
  type Parameters,
  type PromptRequest,
  type Tool,
} from '../../src/core/request.ts';
import { messageSchema, parameterFields, toolSchema } from '../../src/core/request-schema.ts';
import { schemaFaults } from '../../src/core/schema-faults.ts';

/** What the flags say of every request of this run; a line's own fields win. */
export type RequestDefaults = Omit<PromptRequest, 'id' | 'messages'>;

const fields = {
  prompt: z.string().optional(),
  input: z.string().optional(),
  messages: z.array(messageSchema).min(1).optional(),
  id: z.string().optional(),
  request_id: z.string().optional(),
  session_id: z.string().optional(),
  model: z.string().optional(),
  system: z.string().optional(),
  ...parameterFields,
  tools: z.array(toolSchema).optional(),
  priority: z.enum(PRIORITIES).optional(),
  deadline_secs: z.number().min(0).optional(),
  deadline_ms: z.number().min(0).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  tenant: z.string().optional(),
  no_cache: z.boolean().optional(),
};

const line = z.looseObject(fields);
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** A line that became a request, and the fields of it that mean nothing here. */
export interface ParsedLine {
  readonly request: PromptRequest;
  readonly ignored: readonly string[];
}

/** Reads one line of a batch. Throws `request_invalid` with everything that is wrong with it. */
export function parseRequestLine(text: string, defaults: RequestDefaults, ids: Ids): ParsedLine {
  const value = parseJson(text);
  const given = line.safeParse(value);
  if (!given.success) {
    const faults = schemaFaults(line, value, given.error.issues);
    throw invalid(
      faults.map(({ field, message }) => `${field === 'body' ? 'the line' : field}: ${message}`).join('; '),
    );
  }
  const { data } = given;
  const id = data.id ?? data.request_id ?? ids();
  if (!ID.test(id)) throw invalid(`id: must be 1 to 64 letters, digits, _ or -, got ${JSON.stringify(id)}`);
  const deadline = data.deadline_ms ?? (data.deadline_secs === undefined ? undefined : data.deadline_secs * 1000);
  const request = requestOf(id, messagesOf(data), {
    ...defaults,
    ...present({
      session: data.session_id,
      model: data.model,
      priority: data.priority,
      deadline_ms: deadline,
      metadata: data.metadata,
      tenant: data.tenant,
      no_cache: data.no_cache,
      tools: data.tools as readonly Tool[] | undefined,
    }),
    parameters: { ...defaults.parameters, ...parametersOf(data) },
  });
  return { request, ignored: Object.keys(data).filter((field) => !(field in fields)) };
}

/** A request without empty parts: what is not asked for is absent, so that it can be told from what is. */
export function requestOf(id: string, messages: readonly Message[], settings: RequestDefaults): PromptRequest {
  const { parameters, ...rest } = settings;
  const asked = parameters !== undefined && Object.keys(parameterFields).length > 0;
  return { id, messages, ...rest, ...(asked ? { parameters } : {}) };
}

function parametersOf(data: z.output<typeof line>): Parameters {
  const given = Object.keys(parameterFields).map((name) => [name, data[name]] as const);
  return present(Object.fromEntries(given)) as Parameters;
}

function messagesOf(data: z.output<typeof line>): readonly Message[] {
  const forms = [data.prompt, data.input, data.messages].filter((form) => form !== undefined);
  if (forms.length !== 1) {
    throw invalid(
      `needs exactly one of prompt, input or messages; it has ${forms.length === 0 ? 'none' : forms.length}`,
    );
  }
  const system: readonly Message[] = data.system === undefined ? [] : [{ role: 'system', content: data.system }];
  const content = data.prompt ?? data.input;
  const said = content === undefined ? (data.messages as readonly Message[]) : [{ role: 'user', content } as const];
  if (isBlank(said)) throw invalid(`${content === undefined ? 'messages' : 'prompt'}: ${BLANK}`);
  return [...system, ...said];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw invalid(`is not JSON: ${(thrown as Error).message}`);
  }
}

const invalid = (message: string): OrchestratorError => new OrchestratorError('request_invalid', message);
