import { z } from 'zod';
import { present } from '../core/present.ts';
import { PRIORITIES } from '../core/priority.ts';
import {
  BLANK,
  isBlank,
  type Message,
  type Parameters,
  type PromptRequest,
  ROUTE_FIELDS,
  type Tool,
} from '../core/request.ts';
import { messageSchema, parameterFields, toolSchema } from '../core/request-schema.ts';
import { faultOf } from './error-reply.ts';

/** Ids never become paths, headers or control sequences. */
export const idField = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');

/** A session is named by whoever uses it; it is only ever a key. */
export const sessionField = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not have control characters');

const bytesAtMost = (bytes: number) => (text: string) => Buffer.byteLength(text) <= bytes;

/** At most 50 pairs, keys of 128 bytes and values of 1024 bytes. */
export const metadataField = z
  .record(
    z.string().min(1).refine(bytesAtMost(128), 'a key has at most 128 bytes'),
    z.string().refine(bytesAtMost(1024), 'a value has at most 1024 bytes'),
  )
  .refine((pairs) => Object.keys(pairs).length <= 50, 'at most 50 pairs');

export const deadlineField = z.number().min(1).max(604_800);
export const priorityField = z.enum(PRIORITIES);
const modelField = z.string().min(1).max(256);

/** `POST /v1/prompt`: a prompt, or a whole conversation with everything that belongs to it. */
export const promptBody = z.strictObject({
  input: z.string().min(1).optional().describe('The prompt; or `messages`.'),
  messages: z.array(messageSchema).min(1).max(10_000).optional(),
  session_id: sessionField.nullish(),
  model: modelField.nullish(),
  metadata: metadataField.nullish(),
  priority: priorityField.nullish(),
  deadline_secs: deadlineField.nullish(),
  parameters: z.strictObject(parameterFields).optional(),
  tools: z.array(toolSchema).max(1000).optional(),
});

/** `POST /api/v1/infer`. */
export const inferBody = z.strictObject({
  prompt: z.string().min(1),
  session_id: sessionField.nullish(),
  metadata: metadataField.nullish(),
  model: modelField.nullish(),
  priority: priorityField.nullish(),
  stream: z.boolean().nullish().describe('The answer as server-sent events, as it comes.'),
  deadline_secs: deadlineField.nullish(),
  timeout_seconds: z.number().min(1).max(3600).nullish(),
});

/** What a request header may say of the request, where its body does not. */
export interface HeaderSettings {
  readonly session?: string;
  readonly priority?: PromptRequest['priority'];
  readonly deadlineMs?: number;
  readonly noCache?: true;
  /** Name of the pipeline that is to answer. */
  readonly route?: string;
  /** Whose key it came with. */
  readonly tenant?: string;
}

export function promptRequest(id: string, body: z.output<typeof promptBody>, headers: HeaderSettings): PromptRequest {
  const { input, messages, parameters, tools } = body;
  if ((input === undefined) === (messages === undefined)) {
    throw faultOf('input', 'needs to be there, or else messages; not both');
  }
  const said =
    input === undefined ? (messages as readonly Message[]).map(saidBy) : [{ role: 'user' as const, content: input }];
  const request = requestOf(id, said, body, headers, input === undefined ? 'messages' : 'input');
  if (parameters !== undefined) {
    const asked = present(parameters) as Parameters;
    if (Object.keys(asked).length > 0) request.parameters = asked;
  }
  if (tools !== undefined) request.tools = tools as readonly Tool[];
  return request;
}

/** What a caller may say of a message: where a text was taken from is said by retrieval alone. */
function saidBy({ role, content, tool_calls, tool_call_id }: Message): Message {
  return { role, content, ...present({ tool_calls, tool_call_id }) };
}

export function inferRequest(id: string, body: z.output<typeof inferBody>, headers: HeaderSettings): PromptRequest {
  const { prompt, deadline_secs, timeout_seconds } = body;
  const given = [deadline_secs, timeout_seconds].filter((seconds) => seconds != null);
  const deadline = given.length === 0 ? undefined : Math.min(...given);
  return requestOf(id, [{ role: 'user', content: prompt }], { ...body, deadline_secs: deadline }, headers, 'prompt');
}

export interface Settings {
  readonly session_id?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly priority?: PromptRequest['priority'] | null;
  readonly deadline_secs?: number | null | undefined;
}

/**
 * What every request has, and what this one asks for. Without a session, one of its own: it can be followed, and shares
 * nothing with others. Throws `request_invalid`, naming `field`, when nothing is said.
 */
export function requestOf(
  id: string,
  messages: readonly Message[],
  body: Settings,
  headers: HeaderSettings,
  field = 'messages',
): { -readonly [Key in keyof PromptRequest]: PromptRequest[Key] } {
  if (isBlank(messages)) throw faultOf(field, BLANK);
  const priority = body.priority ?? headers.priority;
  const deadlineMs = body.deadline_secs == null ? headers.deadlineMs : body.deadline_secs * 1000;
  const request: ReturnType<typeof requestOf> = {
    id,
    messages,
    session: body.session_id ?? headers.session ?? `web-${id}`,
  };
  // Field by field: most requests have none of them, and each copy of an object would cost more than all of this.
  if (body.model != null) request.model = body.model;
  if (body.metadata != null) request.metadata = body.metadata;
  if (headers.route !== undefined) request.metadata = { ...body.metadata, [ROUTE_FIELDS.pipeline]: headers.route };
  if (priority !== undefined) request.priority = priority;
  if (deadlineMs !== undefined) request.deadline_ms = deadlineMs;
  if (headers.noCache !== undefined) request.no_cache = headers.noCache;
  if (headers.tenant !== undefined) request.tenant = headers.tenant;
  return request;
}
